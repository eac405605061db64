//! Adding a row, and changing one. Django: `ModelAdmin.changeform_view`.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use minijinja::{Value, context};

use super::registered::{Db, Filling, Query, Registered, Row, Saved};
use super::visit::{Visit, forbidden, trail, words};
use super::{cells, users};
use crate::auth::permissions::Action;
use crate::error::AppError;
use crate::fields::Kind;
use crate::forms::body::Posted;
use crate::views::Part;
use crate::{messages, urls};

/// GET /admin/{model}/add/
pub async fn add_page(visit: Visit, Part(plural): Part<String>) -> Result<Response, AppError> {
    let model = visit.model(&plural, Action::Add)?;
    let db = Db::from(visit.page.app.db.read());
    let filling = visit.filling(&db, model, Action::Add).await?;
    let form = model.form(&db, None, &filling).await?;
    page(&visit, &db, model, None, form.map(|form| (form, &filling))).await
}

/// POST /admin/{model}/add/
pub async fn add(
    visit: Visit,
    Part(plural): Part<String>,
    sent: Posted,
) -> Result<Response, AppError> {
    let model = visit.model(&plural, Action::Add)?;
    save(&visit, model, None, sent).await
}

/// GET /admin/{model}/{id}/change/: the form, or, for who may only look, the values.
pub async fn change_page(
    visit: Visit,
    Part((plural, id)): Part<(String, String)>,
) -> Result<Response, AppError> {
    let model = visit.model(&plural, Action::View)?;
    let db = Db::from(visit.page.app.db.read());
    let row = row(&db, model, &id).await?;
    let filling = visit.filling(&db, model, Action::Change).await?;
    let form = if visit.may_with(model, &row, Action::Change) {
        model.form(&db, Some(row.id), &filling).await?
    } else {
        None
    };
    page(
        &visit,
        &db,
        model,
        Some(&row),
        form.map(|form| (form, &filling)),
    )
    .await
}

/// POST /admin/{model}/{id}/change/
pub async fn change(
    visit: Visit,
    Part((plural, id)): Part<(String, String)>,
    sent: Posted,
) -> Result<Response, AppError> {
    let model = visit.model(&plural, Action::Change)?;
    let row = row(&Db::from(visit.page.app.db.read()), model, &id).await?;
    save(&visit, model, Some(row), sent).await
}

// ANCHOR: save
/// Changes the row or adds one, and keeps in the history that it was done: in one transaction.
async fn save(
    visit: &Visit,
    model: &dyn Registered,
    before: Option<Row>,
    sent: Posted,
) -> Result<Response, AppError> {
    let action = if before.is_some() {
        Action::Change
    } else {
        Action::Add
    };
    let transaction = visit.page.app.db.begin().await?;
    let db = Db::from(&transaction);
    let filling = visit.filling(&db, model, action).await?;
    let id = before.as_ref().map(|row| row.id);
    match model.save(&db, id, &filling, sent.fields()).await? {
        Saved::Row { row, changed } => {
            if id.is_none() || !changed.is_empty() {
                visit
                    .log(&db, model, &row, action, &changed.join(", "))
                    .await?;
            }
            if action == Action::Add && model.options().plural == "users" {
                users::created(visit, &transaction, row.id).await?;
            }
            transaction.commit().await?;
            Ok(saved(visit, model, &row, action, &sent))
        }
        Saved::Refused(form) => {
            transaction.rollback().await?;
            let db = Db::from(visit.page.app.db.read());
            let form = Some((form, &filling));
            let page = page(visit, &db, model, before.as_ref(), form).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Saved::Forbidden => Err(forbidden(action, model.options())),
        Saved::Gone => Err(AppError::not_found()),
    }
}
// ANCHOR_END: save

/// Where the button that was pressed leads.
fn saved(
    visit: &Visit,
    model: &dyn Registered,
    row: &Row,
    action: Action,
    sent: &Posted,
) -> Response {
    let options = model.options();
    let done = if action == Action::Add {
        "added"
    } else {
        "changed"
    };
    let text = format!("The {} “{}” was {done}.", words(options.name), row.shown);
    messages::add(&visit.page.session, &text);
    let next = match sent.get("then") {
        Some("add") => urls::reverse("admin_add", &[options.plural]),
        Some("stay") => urls::reverse("admin_change", &[options.plural, &row.id.to_string()]),
        _ => urls::reverse("admin_list", &[options.plural]),
    };
    Redirect::to(&next).into_response()
}

async fn page(
    visit: &Visit,
    db: &Db<'_>,
    model: &dyn Registered,
    row: Option<&Row>,
    form: Option<(Value, &Filling)>,
) -> Result<Response, AppError> {
    let options = model.options();
    let mut trail = trail(options);
    let title = match row {
        Some(row) => row.shown.clone(),
        None => format!("Add {}", words(options.name)),
    };
    trail.push((title.clone(), String::new()));
    let mut facts = Vec::new();
    if let Some(row) = row {
        let names = cells::names(visit, db, &options.fields, std::slice::from_ref(row)).await?;
        for (field, value) in options.fields.iter().zip(&row.values) {
            let in_form = form
                .as_ref()
                .is_some_and(|(_, filling)| filling.names.contains(&field.name));
            if !in_form && !matches!(field.kind, Kind::Bytes | Kind::Secret) {
                facts.push(cells::cell(field, value, &names));
            }
        }
    }
    let id = row.map(|row| row.id.to_string()).unwrap_or_default();
    let path = |name: &str| row.map(|_| urls::reverse(name, &[options.plural, &id]));
    let may = |action| row.is_some_and(|row| visit.may_with(model, row, action));
    let values = context! {
        title => title,
        model => words(options.name),
        form => form.map(|(form, _)| form),
        facts => facts,
        may_add => visit.may(model, Action::Add),
        history => path("admin_history"),
        delete => path("admin_delete").filter(|_| may(Action::Delete)),
        password => path("admin_password").filter(|_| options.plural == "users" && may(Action::Change)),
    };
    visit.render("admin/form.html", &trail, values)
}

/// The row that a path names.
///
/// # Errors
/// 404 when there is none. (Django redirects to its first page and says so there. A program that
/// looks at the status would take that for a success.)
pub async fn row(db: &Db<'_>, model: &dyn Registered, id: &str) -> Result<Row, AppError> {
    let name = words(model.options().name);
    let gone = || {
        let reason = format!("There is no such {name}. Perhaps it was deleted.");
        AppError::new(StatusCode::NOT_FOUND, reason)
    };
    let id = urls::number(id).ok_or_else(gone)?;
    let query = Query {
        equal: vec![("id", id.into())],
        ..Query::default()
    };
    model.rows(db, &query).await?.pop().ok_or_else(gone)
}
