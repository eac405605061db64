//! Deleting, and what goes with what is deleted. Django: `get_deleted_objects`.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use minijinja::{Value, context};

use super::edit;
use super::registered::{Db, Query, Registered, Row};
use super::visit::{Visit, trail, words};
use crate::auth::permissions::Action;
use crate::error::AppError;
use crate::views::Part;
use crate::{messages, urls};

/// More rows than this are not deleted at once.
const MOST: usize = 5_000;
/// So many are named on the page that asks; of the rest it says the number.
const NAMED: usize = 20;

/// What would be deleted.
pub struct Plan {
    /// The rows that somebody picked.
    pub rows: Vec<Row>,
    /// What goes with them: rows that name one of them, and those that name one of those.
    with: BTreeMap<&'static str, Vec<Row>>,
    /// What this user may not delete, in words.
    refused: BTreeSet<String>,
}

// ANCHOR: plan
/// Finds out what goes with these rows. The database deletes them by its foreign keys; this looks
/// at the same keys, to ask for each row whether this user may delete it.
///
/// # Errors
/// When the database cannot be asked, and 409 when too many rows would go.
pub async fn plan(
    visit: &Visit,
    db: &Db<'_>,
    model: &dyn Registered,
    ids: Vec<i64>,
) -> Result<Plan, AppError> {
    let rows = model.rows(db, &among("id", ids)).await?;
    let mut plan = Plan {
        rows,
        with: BTreeMap::new(),
        refused: BTreeSet::new(),
    };
    let mut known: BTreeSet<(&'static str, i64)> = BTreeSet::new();
    let mut next: Vec<(&dyn Registered, Vec<Row>)> = vec![(model, plan.rows.clone())];
    while let Some((model, rows)) = next.pop() {
        let plural = model.options().plural;
        let rows: Vec<Row> = rows
            .into_iter()
            .filter(|row| known.insert((plural, row.id)))
            .collect();
        if known.len() > MOST {
            let reason = format!("More than {MOST} rows would go. Delete some of them first.");
            return Err(AppError::new(StatusCode::CONFLICT, reason));
        }
        if rows
            .iter()
            .any(|row| !visit.may_with(model, row, Action::Delete))
        {
            plan.refused.insert(words(plural));
        }
        let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
        for (other, column) in naming(visit, plural) {
            if !ids.is_empty() {
                let found = other.rows(db, &among(column, ids.clone())).await?;
                next.push((other, found));
            }
        }
        plan.with.entry(plural).or_default().extend(rows);
    }
    // What was picked stands by itself.
    let picked: BTreeSet<i64> = plan.rows.iter().map(|row| row.id).collect();
    if let Some(own) = plan.with.get_mut(model.options().plural) {
        own.retain(|row| !picked.contains(&row.id));
    }
    plan.with.retain(|_, rows| !rows.is_empty());
    Ok(plan)
}
// ANCHOR_END: plan

/// The models with a column that names rows of this one and goes with them.
fn naming<'a>(visit: &'a Visit, plural: &str) -> Vec<(&'a dyn Registered, &'static str)> {
    let mut found = Vec::new();
    for model in visit.page.app.admin.models() {
        let fields = model.options().fields.iter();
        let fields = fields.filter(|field| field.goes_with && field.refers_to == Some(plural));
        found.extend(fields.map(|field| (model, field.name)));
    }
    found
}

fn among(column: &'static str, ids: Vec<i64>) -> Query {
    Query {
        among: Some((column, ids)),
        limit: Some(MOST as u64 + 1),
        ..Query::default()
    }
}

/// Deletes what was planned, and keeps in the history what was picked.
///
/// # Errors
/// 403 when this user may not delete all of it: then nothing is deleted.
pub async fn perform(
    visit: &Visit,
    db: &Db<'_>,
    model: &dyn Registered,
    plan: &Plan,
) -> Result<(), AppError> {
    if !plan.refused.is_empty() {
        let refused: Vec<&str> = plan.refused.iter().map(String::as_str).collect();
        let reason = format!("You may not delete all of these {}.", refused.join(", "));
        return Err(AppError::new(StatusCode::FORBIDDEN, reason));
    }
    for row in &plan.rows {
        visit.log(db, model, row, Action::Delete, "").await?;
        model.delete(db, row.id).await?;
    }
    Ok(())
}

/// GET /admin/{model}/{id}/delete/
pub async fn ask(
    visit: Visit,
    Part((plural, id)): Part<(String, String)>,
) -> Result<Response, AppError> {
    let model = visit.model(&plural, Action::Delete)?;
    let db = Db::from(visit.page.app.db.read());
    let row = edit::row(&db, model, &id).await?;
    let plan = plan(&visit, &db, model, vec![row.id]).await?;
    let mut trail = trail(model.options());
    trail.push((
        row.shown.clone(),
        urls::reverse("admin_change", &[&plural, &id]),
    ));
    page(&visit, model, &plan, &trail, context! {})
}

/// POST /admin/{model}/{id}/delete/
pub async fn delete(
    visit: Visit,
    Part((plural, id)): Part<(String, String)>,
) -> Result<Response, AppError> {
    let model = visit.model(&plural, Action::Delete)?;
    let transaction = visit.page.app.db.begin().await?;
    let db = Db::from(&transaction);
    let row = edit::row(&db, model, &id).await?;
    let plan = plan(&visit, &db, model, vec![row.id]).await?;
    perform(&visit, &db, model, &plan).await?;
    transaction.commit().await?;
    let text = format!(
        "The {} “{}” was deleted.",
        words(model.options().name),
        row.shown
    );
    messages::add(&visit.page.session, &text);
    Ok(Redirect::to(&urls::reverse("admin_list", &[&plural])).into_response())
}

/// The page that says what would go, and asks.
pub fn page(
    visit: &Visit,
    model: &dyn Registered,
    plan: &Plan,
    trail: &[(String, String)],
    values: Value,
) -> Result<Response, AppError> {
    let site = &visit.page.app.admin;
    let mut with = Vec::new();
    for (plural, rows) in &plan.with {
        let other = site.model(plural);
        // Who may not look at them learns how many there are, and that they may not be deleted.
        let may_look = other.is_some_and(|other| visit.may(other, Action::View));
        with.push(group(plural, rows, may_look));
    }
    let mut trail = trail.to_vec();
    trail.push(("Delete".into(), String::new()));
    let refused: Vec<String> = plan.refused.iter().cloned().collect();
    let values = context! {
        model => words(model.options().name),
        picked => group(model.options().plural, &plan.rows, true),
        with => with,
        refused => refused,
        back => urls::reverse("admin_list", &[model.options().plural]),
        ..values
    };
    visit.render("admin/delete.html", &trail, values)
}

fn group(plural: &str, rows: &[Row], may_look: bool) -> Value {
    let named = rows.iter().take(if may_look { NAMED } else { 0 });
    let path = |row: &Row| urls::reverse("admin_change", &[plural, &row.id.to_string()]);
    let named: Vec<Value> = named
        .map(|row| context! { id => row.id, shown => row.shown.as_str(), path => path(row) })
        .collect();
    let more = if may_look {
        rows.len() - named.len()
    } else {
        0
    };
    context! { name => words(plural), count => rows.len(), rows => named, more => more }
}
