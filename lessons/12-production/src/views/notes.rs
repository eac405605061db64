//! A user's own notes, as pages. Each view asks for notes of this user only: another's note is
//! not forbidden but not there, so that nobody learns which ids are in use.

pub mod list;
pub mod store;

use axum::response::{IntoResponse, Redirect, Response};
use minijinja::context;
use minijinja::value::Serde;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, IntoActiveModel, ModelTrait};
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::auth::user::LoggedIn;
use crate::error::AppError;
use crate::forms::Form;
use crate::forms::body::Posted;
use crate::messages;
use crate::models::{attachment, note};
use crate::page::Page;
use crate::urls::reverse;
use crate::views::notes::store::{FIELDS, Kept, own, own_to_change};
use crate::views::{Id, Part};

type NoteForm = Form<note::Entity>;

/// GET /notes/{id}/
pub async fn detail(
    page: Page,
    user: LoggedIn,
    Part(Id(id)): Part<Id>,
) -> Result<Response, AppError> {
    show(&page, &user, id, None).await
}

/// A note with its files, and what is wrong with a file that was sent.
pub async fn show(
    page: &Page,
    user: &LoggedIn,
    id: i64,
    problem: Option<&str>,
) -> Result<Response, AppError> {
    let note = own(page.app.db.read(), user, id).await?;
    // Their bytes stay where they are.
    let files: Vec<(String, String, i64)> = attachment::Entity::find()
        .select_only()
        .columns([attachment::Column::Name, attachment::Column::Title])
        .column(attachment::Column::CreatedAt)
        .filter(attachment::Column::NoteId.eq(id))
        .order_by_asc(attachment::Column::Id)
        .into_tuple()
        .all(page.app.db.read())
        .await?;
    let files: Vec<minijinja::Value> = files
        .into_iter()
        .map(|(name, title, at)| context! { name => name, title => title, created_at => at })
        .collect();
    let values = context! { note => shown(&note), files => files, problem => problem };
    page.render("notes/detail.html", values)
}

/// GET /notes/add/
pub async fn add(page: Page, _: LoggedIn) -> Result<Response, AppError> {
    let form = NoteForm::new(FIELDS).initial("color", note::COLORS[0]);
    ask(&page, &form, None, &store::new_key())
}

// ANCHOR: add
/// POST /notes/add/
pub async fn add_posted(page: Page, user: LoggedIn, posted: Posted) -> Result<Response, AppError> {
    let form = NoteForm::new(FIELDS).posted(posted.fields());
    // The page that holds the form has given it a key: who presses the button twice, or reloads
    // the page, makes one note.
    let key = posted.get("idempotency_key").unwrap_or_default();
    if !form.is_valid() {
        return ask(&page, &form, None, key);
    }
    let kept = store::add(
        &page.app,
        &user,
        &form,
        Some(key).filter(|key| !key.is_empty()),
    )
    .await?;
    if matches!(kept, Kept::New(_)) {
        messages::add(&page.session, "The note was added.");
    }
    Ok(Redirect::to(&reverse("note_list", &[])).into_response())
}
// ANCHOR_END: add

/// GET /notes/{id}/edit/
pub async fn edit(
    page: Page,
    user: LoggedIn,
    Part(Id(id)): Part<Id>,
) -> Result<Response, AppError> {
    let note = own(page.app.db.read(), &user, id).await?;
    ask(
        &page,
        &NoteForm::new(FIELDS).showing(&note),
        Some(&note),
        "",
    )
}

/// POST /notes/{id}/edit/
pub async fn edit_posted(
    page: Page,
    user: LoggedIn,
    Part(Id(id)): Part<Id>,
    posted: Posted,
) -> Result<Response, AppError> {
    let transaction = page.app.db.begin().await?;
    let note = own_to_change(&transaction, &user, id).await?;
    let form = NoteForm::new(FIELDS).showing(&note).posted(posted.fields());
    if !form.is_valid() {
        return ask(&page, &form, Some(&note), "");
    }
    let mut note = note.into_active_model();
    if !form.set_in(&mut note).is_empty() {
        note.updated_at = Set(page.app.clock.now());
        note.update(&transaction).await?;
    }
    transaction.commit().await?;
    messages::add(&page.session, "The note was changed.");
    Ok(Redirect::to(&reverse("note_detail", &[&id.to_string()])).into_response())
}

fn ask(
    page: &Page,
    form: &NoteForm,
    note: Option<&note::Model>,
    key: &str,
) -> Result<Response, AppError> {
    let values = context! { form => form.shown(), note => note.map(shown), key => key };
    page.render("notes/form.html", values)
}

/// GET /notes/{id}/delete/: asks. A link must delete nothing: browsers follow links before
/// anybody clicks.
pub async fn delete(
    page: Page,
    user: LoggedIn,
    Part(Id(id)): Part<Id>,
) -> Result<Response, AppError> {
    let note = own(page.app.db.read(), &user, id).await?;
    page.render("notes/delete.html", context! { note => shown(&note) })
}

/// POST /notes/{id}/delete/: does. Its files go with it.
pub async fn delete_posted(
    page: Page,
    user: LoggedIn,
    Part(Id(id)): Part<Id>,
) -> Result<Response, AppError> {
    let transaction = page.app.db.begin().await?;
    let note = own_to_change(&transaction, &user, id).await?;
    note.delete(&transaction).await?;
    transaction.commit().await?;
    messages::add(&page.session, "The note was deleted.");
    Ok(Redirect::to(&reverse("note_list", &[])).into_response())
}

/// A note as templates and the API see it: no owner, no key.
pub fn shown(note: &note::Model) -> minijinja::Value {
    minijinja::Value::from(Serde(store::Shown::from(note)))
}
