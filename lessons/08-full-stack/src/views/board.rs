//! The first page, and its API: notes in memory and in the database.

use std::sync::{MutexGuard, PoisonError};

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use minijinja::context;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
    Set, TransactionTrait,
};
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::error::AppError;
use crate::fields::Field;
use crate::models::note;
use crate::page::Page;

/// GET /
pub async fn index(page: Page) -> Result<Response, AppError> {
    page.render("index.html", context! {}).await
}

/// What the API tells of a note.
#[derive(Clone, Serialize)]
pub struct PublicNote {
    text: String,
    color: String,
}

/// What the API takes. axum says what is wrong with it: 400, 415 or 422.
#[derive(Deserialize)]
pub struct NewNote {
    text: String,
    /// Without it, serde would take `["text"]` for a note, too.
    #[serde(flatten)]
    _others: IgnoredAny,
}

impl NewNote {
    /// The model's rules hold here too, except that a note may be empty.
    fn check(&self) -> Result<(), AppError> {
        let mut rules = Field::of::<note::Entity>(note::Column::Text);
        rules.required = false;
        match rules.check(&self.text) {
            Err(reason) => Err(AppError(StatusCode::UNPROCESSABLE_ENTITY, reason)),
            Ok(()) => Ok(()),
        }
    }
}

fn any_color() -> String {
    let color = fastrand::choice(note::COLORS);
    color.expect("there are colors").to_string()
}

fn memory(app: &App) -> MutexGuard<'_, Vec<PublicNote>> {
    app.memory.lock().unwrap_or_else(PoisonError::into_inner)
}

/// GET /api/notes
pub async fn list(State(app): State<App>) -> Json<Vec<PublicNote>> {
    Json(memory(&app).clone())
}

/// POST /api/notes
pub async fn add(
    State(app): State<App>,
    Json(new): Json<NewNote>,
) -> Result<(StatusCode, Json<Vec<PublicNote>>), AppError> {
    new.check()?;
    let mut notes = memory(&app);
    notes.push(PublicNote {
        text: new.text,
        color: any_color(),
    });
    Ok((StatusCode::CREATED, Json(notes.clone())))
}

/// GET /api/notes/persist
pub async fn list_stored(State(app): State<App>) -> Result<Json<Vec<PublicNote>>, AppError> {
    Ok(Json(stored(&app.db).await?))
}

/// POST /api/notes/persist
pub async fn add_stored(
    State(app): State<App>,
    Json(new): Json<NewNote>,
) -> Result<(StatusCode, Json<Vec<PublicNote>>), AppError> {
    new.check()?;
    let note = note::ActiveModel {
        text: Set(new.text),
        color: Set(any_color()),
        ..Default::default()
    };
    let transaction = app.db.begin().await?;
    note.insert(&transaction).await?;
    let notes = stored(&transaction).await?;
    transaction.commit().await?;
    Ok((StatusCode::CREATED, Json(notes)))
}

/// The notes of the board: those that are nobody's.
async fn stored(db: &impl ConnectionTrait) -> Result<Vec<PublicNote>, DbErr> {
    let notes = note::Entity::find().filter(note::Column::OwnerId.is_null());
    let notes = notes.order_by_asc(note::Column::Id).all(db).await?;
    let public = |note: note::Model| PublicNote {
        text: note.text,
        color: note.color,
    };
    Ok(notes.into_iter().map(public).collect())
}
