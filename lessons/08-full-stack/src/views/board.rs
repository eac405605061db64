//! The notes of lesson 06, twice: kept in memory, and kept in the database.

use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use minijinja::context;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter,
    QueryOrder,
};
use serde::Serialize;

use crate::app::App;
use crate::error::AppError;
use crate::models::note;
use crate::page::Page;

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
    body: Bytes,
) -> Result<(StatusCode, Json<Vec<Shown>>), AppError> {
    let text = text_of(&body)?;
    let mut notes = app.board.notes();
    notes.push(Shown {
        text,
        color: any_color().into(),
    });
    Ok((StatusCode::CREATED, Json(notes.clone())))
}

/// GET /api/notes/persist
pub async fn list_stored(State(app): State<App>) -> Result<Json<Vec<Shown>>, AppError> {
    Ok(Json(stored(app.db.read()).await?))
}

/// POST /api/notes/persist
pub async fn add_stored(
    State(app): State<App>,
    body: Bytes,
) -> Result<(StatusCode, Json<Vec<Shown>>), AppError> {
    let text = text_of(&body)?;
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
    note.insert(&transaction).await?;
    let notes = stored(&transaction).await?;
    transaction.commit().await?;
    Ok((StatusCode::CREATED, Json(notes)))
}

async fn stored(db: &impl ConnectionTrait) -> Result<Vec<Shown>, AppError> {
    let rows = note::Entity::find()
        .filter(note::Column::OwnerId.is_null())
        .order_by_asc(note::Column::Id)
        .all(db)
        .await?;
    let shown = |row: note::Model| Shown {
        text: row.text,
        color: row.color,
    };
    Ok(rows.into_iter().map(shown).collect())
}

fn any_color() -> &'static str {
    note::COLORS[fastrand::usize(..note::COLORS.len())]
}

fn text_of(body: &[u8]) -> Result<String, AppError> {
    let value: serde_json::Value = serde_json::from_slice(body)
        .map_err(|error| AppError::new(StatusCode::BAD_REQUEST, error.to_string()))?;
    match value.get("text") {
        Some(serde_json::Value::String(text)) => Ok(text.clone()),
        _ => Err(AppError::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "text must be a string.",
        )),
    }
}
