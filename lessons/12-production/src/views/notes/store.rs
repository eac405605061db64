//! What the pages and the API do alike: find a user's note, and keep a new one.

use axum::http::StatusCode;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait,
    IntoActiveModel, QueryFilter, QuerySelect, SqlErr,
};
use serde::Serialize;

use crate::app::App;
use crate::auth::user::LoggedIn;
use crate::error::AppError;
use crate::forms::Form;
use crate::models::{note, request_key};

/// What users may set. Owner, id and times are not among them.
pub const FIELDS: &[&str] = &["text", "color", "link"];

/// A note as its owner sees it.
#[derive(Debug, Serialize)]
pub struct Shown {
    id: i64,
    text: String,
    color: String,
    link: String,
    created_at: i64,
    updated_at: i64,
}

impl From<&note::Model> for Shown {
    fn from(note: &note::Model) -> Shown {
        Shown {
            id: note.id,
            text: note.text.clone(),
            color: note.color.clone(),
            link: note.link.clone(),
            created_at: note.created_at,
            updated_at: note.updated_at,
        }
    }
}

// ANCHOR: own
/// This user's note of that id.
pub async fn own(
    db: &impl ConnectionTrait,
    user: &LoggedIn,
    id: i64,
) -> Result<note::Model, AppError> {
    // ANCHOR: find
    let note = note::Entity::find_by_id(id)
        .filter(note::Column::OwnerId.eq(user.0.id))
        .one(db)
        .await?;
    note.ok_or_else(AppError::not_found)
    // ANCHOR_END: find
}
// ANCHOR_END: own

// ANCHOR: own_to_change
/// The same, held until the transaction ends: nobody else changes it in between.
pub async fn own_to_change(
    transaction: &impl ConnectionTrait,
    user: &LoggedIn,
    id: i64,
) -> Result<note::Model, AppError> {
    let note = note::Entity::find_by_id(id)
        .filter(note::Column::OwnerId.eq(user.0.id))
        .lock_exclusive()
        .one(transaction)
        .await?;
    note.ok_or_else(AppError::not_found)
}
// ANCHOR_END: own_to_change

/// A note that is kept now.
pub enum Kept {
    New(note::Model),
    /// It was here already: the request had been sent before.
    Known(note::Model),
}

// ANCHOR: add
/// Keeps a note. When the answer to a request is lost, its client cannot know whether the note was
/// kept, and asks again. With the same key, that makes no second note.
pub async fn add(
    app: &App,
    user: &LoggedIn,
    form: &Form<note::Entity>,
    key: Option<&str>,
) -> Result<Kept, AppError> {
    let transaction = app.db.begin().await?;
    if let Some(known) = known(&transaction, user, key, form).await? {
        return Ok(Kept::Known(known));
    }
    let mut note = note::ActiveModel {
        owner_id: Set(Some(user.0.id)),
        created_at: Set(app.clock.now()),
        updated_at: Set(app.clock.now()),
        ..Default::default()
    };
    form.set_in(&mut note);
    let note = note.insert(&transaction).await?;
    if let Some(key) = key {
        let used = request_key::ActiveModel {
            user_id: Set(user.0.id),
            key: Set(key.into()),
            note_id: Set(Some(note.id)),
            ..Default::default()
        };
        if let Err(error) = used.insert(&transaction).await {
            drop(transaction);
            // Two at the same moment: the database lets one through.
            return match known(app.db.read(), user, Some(key), form).await? {
                Some(known) if is_taken(&error) => Ok(Kept::Known(known)),
                _ => Err(error.into()),
            };
        }
    }
    transaction.commit().await?;
    Ok(Kept::New(note))
}
// ANCHOR_END: add

/// The note that this user's key has made. When it was deleted since, it must not come back.
async fn known(
    db: &impl ConnectionTrait,
    user: &LoggedIn,
    key: Option<&str>,
    form: &Form<note::Entity>,
) -> Result<Option<note::Model>, AppError> {
    let Some(key) = key else {
        return Ok(None);
    };
    let used = request_key::Entity::find()
        .filter(request_key::Column::UserId.eq(user.0.id))
        .filter(request_key::Column::Key.eq(key))
        .one(db)
        .await?;
    let Some(used) = used else {
        return Ok(None);
    };
    let note = note::Entity::find()
        .filter(note::Column::Id.eq(used.note_id))
        .one(db)
        .await?;
    let Some(note) = note else {
        let reason = "This was sent before, and the note that it made has been deleted since. For another note, open the form again, or take another key.";
        return Err(AppError::new(StatusCode::GONE, reason));
    };
    if !form
        .set_in(&mut note.clone().into_active_model())
        .is_empty()
    {
        let reason = "This key has made a note that is not the same.";
        return Err(AppError::new(StatusCode::UNPROCESSABLE_ENTITY, reason));
    }
    Ok(Some(note))
}

fn is_taken(error: &DbErr) -> bool {
    matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_)))
}

/// A key for one form on one page. It need not be secret, it must only not be used twice.
pub fn new_key() -> String {
    std::iter::repeat_with(fastrand::alphanumeric)
        .take(22)
        .collect()
}
