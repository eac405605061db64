//! Who did what in the admin. Django: `LogEntry`.

use std::collections::BTreeMap;

use axum::response::Response;
use minijinja::{Value, context};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};

use super::registered::{Db, Query, Row};
use super::visit::{Visit, trail, words};
use super::{cells, edit};
use crate::auth::permissions::Action;
use crate::error::AppError;
use crate::models::{log_entry, user};
use crate::urls;
use crate::views::Part;

/// How many entries a page shows, the newest first.
const SHOWN: u64 = 100;
/// How many the first page shows.
const RECENT: u64 = 10;

/// What was done.
pub struct Entry<'a> {
    pub user_id: i64,
    pub model: &'static str,
    pub row: &'a Row,
    pub action: Action,
    pub detail: &'a str,
    pub now: i64,
}

// ANCHOR: keep
/// Keeps it. `db` is the transaction in which it was done: both are kept, or neither.
///
/// # Errors
/// When it cannot be kept.
pub async fn keep(db: &Db<'_>, entry: &Entry<'_>) -> Result<(), DbErr> {
    let entry = log_entry::ActiveModel {
        user_id: Set(Some(entry.user_id)),
        model: Set(entry.model.into()),
        row_id: Set(entry.row.id),
        shown: Set(one_line(&entry.row.shown)),
        action: Set(entry.action.name().into()),
        detail: Set(entry.detail.into()),
        made_at: Set(entry.now),
        ..Default::default()
    };
    entry.insert(db).await?;
    Ok(())
}

/// A text that cannot begin a line of its own in a log, or tell a terminal anything: `\n` for the
/// end of a line, `\u{1b}` for an escape. At most what the column takes.
fn one_line(text: &str) -> String {
    let line = text.chars().flat_map(|character| {
        let escaped = character.is_control() || is_direction(character);
        let plain = (!escaped).then_some(character);
        plain
            .into_iter()
            .chain(character.escape_default().filter(move |_| escaped))
    });
    line.take(200).collect()
}
// ANCHOR_END: keep

/// Marks that let what follows be shown from right to left, and a line end that is no control
/// character.
fn is_direction(character: char) -> bool {
    matches!(character, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// GET /admin/: the models, and what this user did last.
pub async fn index(visit: Visit) -> Result<Response, AppError> {
    let site = &visit.page.app.admin;
    let mut models = Vec::new();
    for model in site
        .models()
        .filter(|model| visit.may(*model, Action::View))
    {
        let options = model.options();
        models.push(context! {
            name => words(options.plural),
            path => urls::reverse("admin_list", &[options.plural]),
            add => visit.may(model, Action::Add).then(|| urls::reverse("admin_add", &[options.plural])),
        });
    }
    let mine = log_entry::Column::UserId.eq(visit.user.id);
    let recent = log_entry::Entity::find()
        .filter(mine)
        .order_by_desc(log_entry::Column::Id)
        .limit(RECENT)
        .all(visit.page.app.db.read())
        .await?;
    let recent: Vec<Value> = recent.iter().map(|entry| line(&visit, entry)).collect();
    visit.render(
        "admin/index.html",
        &[],
        context! { models => models, recent => recent },
    )
}

fn line(visit: &Visit, entry: &log_entry::Model) -> Value {
    let model = visit.page.app.admin.model(&entry.model);
    // What was deleted is at no page.
    let path = (entry.action != "delete" && model.is_some())
        .then(|| urls::reverse("admin_change", &[&entry.model, &entry.row_id.to_string()]));
    context! {
        action => entry.action.as_str(),
        model => words(model.map_or(&entry.model, |model| model.options().name)),
        shown => entry.shown.as_str(),
        detail => entry.detail.as_str(),
        time => cells::time(entry.made_at),
        path => path,
    }
}

/// GET /admin/{model}/{id}/history/
pub async fn history(
    visit: Visit,
    Part((plural, id)): Part<(String, String)>,
) -> Result<Response, AppError> {
    let model = visit.model(&plural, Action::View)?;
    let db = Db::from(visit.page.app.db.read());
    let row = edit::row(&db, model, &id).await?;
    let entries = log_entry::Entity::find()
        .filter(log_entry::Column::Model.eq(model.options().plural))
        .filter(log_entry::Column::RowId.eq(row.id))
        .order_by_desc(log_entry::Column::Id)
        .limit(SHOWN)
        .all(&db)
        .await?;
    let names = people(&visit, &db, &entries).await?;
    let entries = entries.iter().map(|entry| {
        let id = entry.user_id.unwrap_or_default();
        let unknown = || format!("user {id}");
        let who = names.get(&id).cloned().unwrap_or_else(unknown);
        context! { who => who, ..line(&visit, entry) }
    });
    let mut trail = trail(model.options());
    trail.push((
        row.shown.clone(),
        urls::reverse("admin_change", &[&plural, &id]),
    ));
    let entries: Vec<Value> = entries.collect();
    let values = context! { entries => entries, shown => row.shown, most => SHOWN };
    visit.render("admin/history.html", &trail, values)
}

/// The names of those who did it, for those who may look at users.
async fn people(
    visit: &Visit,
    db: &Db<'_>,
    entries: &[log_entry::Model],
) -> Result<BTreeMap<i64, String>, DbErr> {
    let users = visit.page.app.admin.model("users");
    let Some(users) = users.filter(|users| visit.may(*users, Action::View)) else {
        let me: &user::Model = &visit.user;
        return Ok(BTreeMap::from([(me.id, me.username.clone())]));
    };
    let ids = entries.iter().filter_map(|entry| entry.user_id).collect();
    let query = Query {
        among: Some(("id", ids)),
        ..Query::default()
    };
    let rows = users.rows(db, &query).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.shown)).collect())
}
