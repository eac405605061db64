//! The notes of lesson 06, twice: kept in memory, and kept in the database. Everybody sees them,
//! and everybody may add one.

use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use minijinja::context;
use minijinja::value::Serde;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait,
    QueryFilter, QueryOrder, QuerySelect,
};
use serde::Serialize;
use serde_json::Value;

use crate::app::App;
use crate::error::AppError;
use crate::fields;
use crate::forms::body::Posted;
use crate::forms::check;
use crate::forms::json::JsonObject;
use crate::models::note;
use crate::page::Page;
use crate::urls;

/// The notes in memory. Another process has others, and none outlive this one.
#[derive(Debug, Default)]
pub struct Board(Mutex<Vec<Shown>>);

/// A note as this API gives it.
#[derive(Clone, Debug, Serialize)]
pub struct Shown {
    text: String,
    color: String,
}

impl Board {
    fn notes(&self) -> MutexGuard<'_, Vec<Shown>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// GET /
pub async fn index(page: Page) -> Result<Response, AppError> {
    page.render("index.html", context! {})
}

/// GET /api/notes
pub async fn list(State(app): State<App>) -> Json<Vec<Shown>> {
    Json(app.board.notes().clone())
}

/// POST /api/notes
pub async fn add(
    State(app): State<App>,
    JsonObject(sent): JsonObject,
) -> Result<(StatusCode, Json<Vec<Shown>>), AppError> {
    let notes = keep_in_memory(&app, text_of(sent.get("text"))?);
    Ok((StatusCode::CREATED, Json(notes)))
}

// ANCHOR: list_stored
/// GET /api/notes/persist
pub async fn list_stored(State(app): State<App>) -> Result<Json<Vec<Shown>>, AppError> {
    Ok(Json(stored(app.db.read()).await?))
}
// ANCHOR_END: list_stored

/// POST /api/notes/persist
pub async fn add_stored(
    State(app): State<App>,
    JsonObject(sent): JsonObject,
) -> Result<(StatusCode, Json<Vec<Shown>>), AppError> {
    let notes = keep(&app, text_of(sent.get("text"))?).await?;
    Ok((StatusCode::CREATED, Json(notes)))
}

/// GET /board/: all of them as a page, for a browser that runs no scripts.
pub async fn page(page: Page) -> Result<Response, AppError> {
    let in_memory = page.app.board.notes().clone();
    let stored = stored(page.app.db.read()).await?;
    let values = context! { in_memory => Serde(in_memory), stored => Serde(stored) };
    page.render("board.html", values)
}

/// POST /board/: what the form of the first page sends where no script runs.
pub async fn add_by_form(State(app): State<App>, posted: Posted) -> Result<Response, AppError> {
    let text = posted.get("text").map(Value::from);
    let text = text_of(text.as_ref())?;
    if posted.get("persist").is_some() {
        keep(&app, text).await?;
    } else {
        keep_in_memory(&app, text);
    }
    Ok(Redirect::to(&urls::reverse("board", &[])).into_response())
}

fn keep_in_memory(app: &App, text: String) -> Vec<Shown> {
    let color = any_color().into();
    let mut notes = app.board.notes();
    notes.push(Shown { text, color });
    notes.clone()
}

async fn keep(app: &App, text: String) -> Result<Vec<Shown>, AppError> {
    let now = app.clock.now();
    let transaction = app.db.begin().await?;
    let note = note::ActiveModel {
        text: Set(text),
        color: Set(any_color().into()),
        link: Set(String::new()),
        created_at: Set(now),
        updated_at: Set(now),
        ..Default::default()
    };
    // ANCHOR: commit
    note.insert(&transaction).await?;
    let notes = stored(&transaction).await?;
    transaction.commit().await?;
    Ok(notes)
    // ANCHOR_END: commit
}

async fn stored(db: &impl ConnectionTrait) -> Result<Vec<Shown>, DbErr> {
    // Two columns of seven: what is not asked for need not be read.
    let rows: Vec<(String, String)> = note::Entity::find()
        .select_only()
        .columns([note::Column::Text, note::Column::Color])
        .filter(note::Column::OwnerId.is_null())
        .order_by_asc(note::Column::Id)
        .into_tuple()
        .all(db)
        .await?;
    let shown = |(text, color)| Shown { text, color };
    Ok(rows.into_iter().map(shown).collect())
}

pub fn any_color() -> &'static str {
    note::COLORS[fastrand::usize(..note::COLORS.len())]
}

/// The text of a note on the board. Here, as in lesson 06, an empty text is a text, and other
/// fields are dropped.
fn text_of(sent: Option<&Value>) -> Result<String, AppError> {
    let mut field = fields::field::<note::Entity>(note::Column::Text);
    field.required = false;
    let refused = |reason: String| AppError::field("text", reason);
    let sent = sent.ok_or_else(|| refused("It must be a string and is missing.".into()))?;
    let text = check::text_of(&field, sent).map_err(refused)?;
    check::value_of(&field, &text).map_err(refused)?;
    Ok(text)
}
