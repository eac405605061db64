//! A user's own notes as JSON, for programs.

use axum::Json;
use axum::extract::{RawQuery, State};
use axum::http::header::LOCATION;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, IntoActiveModel, ModelTrait};
use serde_json::{Value, json};

use crate::app::App;
use crate::auth::user::LoggedIn;
use crate::error::AppError;
use crate::forms::Form;
use crate::forms::json::JsonObject;
use crate::models::note;
use crate::urls::reverse;
use crate::views::board::any_color;
use crate::views::notes::list::Asked;
use crate::views::notes::store::{self, FIELDS, Kept, Shown, own, own_to_change};
use crate::views::{Id, Part};

/// The longest `Idempotency-Key`.
const LONGEST_KEY: usize = 70;

/// GET /api/my/notes
pub async fn list(
    State(app): State<App>,
    user: LoggedIn,
    RawQuery(query): RawQuery,
) -> Result<Json<Value>, AppError> {
    let found = Asked::read(query)?.page(app.db.read(), &user).await?;
    let notes: Vec<Shown> = found.notes.iter().map(Shown::from).collect();
    Ok(Json(json!({
        "notes": notes, "count": found.count, "page": found.page, "pages": found.pages,
    })))
}

/// POST /api/my/notes: 201 with the note. With a key that has been used, 200 with the note that it
/// made.
pub async fn add(
    State(app): State<App>,
    user: LoggedIn,
    headers: HeaderMap,
    JsonObject(sent): JsonObject,
) -> Result<Response, AppError> {
    let key = key_of(&headers)?;
    let form = Form::<note::Entity>::new(FIELDS).initial("link", "");
    // A note that says no colour gets one; a request that is repeated, the same again.
    let form = match (&key, sent.contains_key("color")) {
        (_, true) => form,
        (None, false) => form.initial("color", any_color()),
        (Some(key), false) => form.initial("color", color_of(key)),
    };
    let form = form.json(sent)?.valid()?;
    let (status, note) = match store::add(&app, &user, &form, key.as_deref()).await? {
        Kept::New(note) => (StatusCode::CREATED, note),
        Kept::Known(note) => (StatusCode::OK, note),
    };
    let location = reverse("api_my_note", &[&note.id.to_string()]);
    Ok((status, [(LOCATION, location)], Json(Shown::from(&note))).into_response())
}

/// The key of a request that may be sent again: 1 to 70 characters of ASCII that can be seen.
fn key_of(headers: &HeaderMap) -> Result<Option<String>, AppError> {
    let mut keys = headers.get_all("idempotency-key").iter();
    let key = match (keys.next(), keys.next()) {
        (None, _) => return Ok(None),
        (Some(key), None) => key.to_str().unwrap_or_default(),
        _ => "",
    };
    let fits = (1..=LONGEST_KEY).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic());
    if !fits {
        let reason = format!(
            "Idempotency-Key must stand once, with 1 to {LONGEST_KEY} visible ASCII characters."
        );
        return Err(AppError::new(StatusCode::BAD_REQUEST, reason));
    }
    Ok(Some(key.to_string()))
}

fn color_of(key: &str) -> &'static str {
    let sum: usize = key.bytes().map(usize::from).sum();
    note::COLORS[sum % note::COLORS.len()]
}

/// GET /api/my/notes/{id}
pub async fn detail(
    State(app): State<App>,
    user: LoggedIn,
    Part(Id(id)): Part<Id>,
) -> Result<Json<Shown>, AppError> {
    let note = own(app.db.read(), &user, id).await?;
    Ok(Json(Shown::from(&note)))
}

/// PATCH /api/my/notes/{id}: what is not sent stays as it is.
pub async fn change(
    State(app): State<App>,
    user: LoggedIn,
    Part(Id(id)): Part<Id>,
    JsonObject(sent): JsonObject,
) -> Result<Json<Shown>, AppError> {
    let transaction = app.db.begin().await?;
    let note = own_to_change(&transaction, &user, id).await?;
    let form = Form::<note::Entity>::new(FIELDS).showing(&note);
    let form = form.json(sent)?.valid()?;
    let mut changed = note.clone().into_active_model();
    if form.set_in(&mut changed).is_empty() {
        return Ok(Json(Shown::from(&note)));
    }
    changed.updated_at = Set(app.clock.now());
    let note = changed.update(&transaction).await?;
    transaction.commit().await?;
    Ok(Json(Shown::from(&note)))
}

/// DELETE /api/my/notes/{id}
pub async fn delete(
    State(app): State<App>,
    user: LoggedIn,
    Part(Id(id)): Part<Id>,
) -> Result<StatusCode, AppError> {
    let transaction = app.db.begin().await?;
    let note = own_to_change(&transaction, &user, id).await?;
    note.delete(&transaction).await?;
    transaction.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
