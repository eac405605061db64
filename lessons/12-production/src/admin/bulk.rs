//! What is done with many rows at a time. Django: `ModelAdmin.actions`.

use std::collections::BTreeSet;

use axum::extract::RawQuery;
use axum::response::{IntoResponse, Redirect, Response};
use minijinja::context;

use super::delete;
use super::registered::{Db, Query, Registered, Saved};
use super::visit::{Visit, forbidden, trail, words};
use crate::auth::permissions::Action;
use crate::error::AppError;
use crate::forms::body::Posted;
use crate::views::Part;
use crate::{messages, urls};

/// POST /admin/{model}/: an action, and the rows for it.
pub async fn bulk(
    visit: Visit,
    Part(plural): Part<String>,
    RawQuery(query): RawQuery,
    sent: Posted,
) -> Result<Response, AppError> {
    let model = visit.model(&plural, Action::View)?;
    let ids = picked(&sent)?;
    let query = query.map_or(String::new(), |query| format!("?{query}"));
    let list = format!("{}{query}", urls::reverse("admin_list", &[&plural]));
    if ids.is_empty() {
        messages::add(
            &visit.page.session,
            "No row was picked, so nothing was done.",
        );
        return Ok(Redirect::to(&list).into_response());
    }
    let done = match sent.get("action") {
        Some("delete") if sent.get("confirmed") != Some("yes") => {
            return ask(&visit, model, ids).await;
        }
        Some("delete") => delete_all(&visit, model, ids).await?,
        Some(number) => act(&visit, model, number, ids).await?,
        None => return Err(AppError::field("action", "An action must be chosen.")),
    };
    messages::add(&visit.page.session, &done);
    Ok(Redirect::to(&list).into_response())
}

/// The rows that were picked. With `all`, those that the page showed: not those that it would
/// show now, which may be others.
fn picked(sent: &Posted) -> Result<Vec<i64>, AppError> {
    let name = if sent.get("all").is_some() {
        "shown"
    } else {
        "id"
    };
    let ids: Option<BTreeSet<i64>> = sent.all(name).map(urls::number).collect();
    let ids = ids.ok_or_else(|| AppError::field(name, "An id must be a number."))?;
    Ok(ids.into_iter().collect())
}

async fn ask(visit: &Visit, model: &dyn Registered, ids: Vec<i64>) -> Result<Response, AppError> {
    visit.model(model.options().plural, Action::Delete)?;
    let db = Db::from(visit.page.app.db.read());
    let plan = delete::plan(visit, &db, model, ids).await?;
    let ids: Vec<i64> = plan.rows.iter().map(|row| row.id).collect();
    delete::page(
        visit,
        model,
        &plan,
        &trail(model.options()),
        context! { ids => ids },
    )
}

async fn delete_all(
    visit: &Visit,
    model: &dyn Registered,
    ids: Vec<i64>,
) -> Result<String, AppError> {
    visit.model(model.options().plural, Action::Delete)?;
    let transaction = visit.page.app.db.begin().await?;
    let db = Db::from(&transaction);
    let plan = delete::plan(visit, &db, model, ids).await?;
    delete::perform(visit, &db, model, &plan).await?;
    transaction.commit().await?;
    Ok(format!(
        "Deleted {} {}.",
        plan.rows.len(),
        words(model.options().plural)
    ))
}

// ANCHOR: act
/// Does one of the model's own actions to each row, or, if one of them may not be changed by this
/// user, to none.
async fn act(
    visit: &Visit,
    model: &dyn Registered,
    number: &str,
    ids: Vec<i64>,
) -> Result<String, AppError> {
    let options = model.options();
    visit.model(options.plural, Action::Change)?;
    let number = urls::number(number).and_then(|number| usize::try_from(number).ok());
    let Some((number, label)) = number.and_then(|n| Some((n, options.actions.get(n)?))) else {
        return Err(AppError::field("action", "There is no such action."));
    };
    let transaction = visit.page.app.db.begin().await?;
    let db = Db::from(&transaction);
    let filling = visit.filling(&db, model, Action::Change).await?;
    let among = Query {
        among: Some(("id", ids)),
        ..Query::default()
    };
    let mut count = 0;
    for row in model.rows(&db, &among).await? {
        match model.act(&db, row.id, number, &filling).await? {
            Saved::Row { row, changed } => {
                visit
                    .log(&db, model, &row, Action::Change, &changed.join(", "))
                    .await?;
                count += 1;
            }
            Saved::Forbidden => return Err(forbidden(Action::Change, options)),
            Saved::Refused(_) | Saved::Gone => {}
        }
    }
    transaction.commit().await?;
    Ok(format!("{label}: {count} {}.", words(options.plural)))
}
// ANCHOR_END: act
