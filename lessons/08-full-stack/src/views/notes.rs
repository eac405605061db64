//! The notes of one user.

use axum::extract::Path;
use axum::response::Response;
use minijinja::context;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, Set,
    TransactionTrait,
};

use crate::app::App;
use crate::auth::user::LoggedIn;
use crate::error::AppError;
use crate::forms::Form;
use crate::models::note::{self, Column, Entity};
use crate::page::{Page, found};
use crate::urls::reverse;

/// GET /notes/
pub async fn list(page: Page, LoggedIn(user): LoggedIn) -> Result<Response, AppError> {
    let notes = Entity::find().filter(Column::OwnerId.eq(user.id));
    let notes = notes.order_by_desc(Column::Id).all(&page.app.db).await?;
    let shown =
        |note: note::Model| context! { id => note.id, text => note.text, color => note.color };
    let notes: Vec<_> = notes.into_iter().map(shown).collect();
    page.render("notes/list.html", context! { notes }).await
}

/// GET and POST /notes/add/
pub async fn add(page: Page, LoggedIn(user): LoggedIn) -> Result<Response, AppError> {
    edit_form(&page, user.id, None, "The note was added.").await
}

/// GET and POST /notes/{id}/edit/
pub async fn edit(
    page: Page,
    LoggedIn(user): LoggedIn,
    Path(id): Path<i64>,
) -> Result<Response, AppError> {
    let note = own(&page.app, user.id, id).await?;
    edit_form(&page, user.id, Some(note), "The note was changed.").await
}

/// Users set all that can be set, except whose a note is.
async fn edit_form(
    page: &Page,
    owner: i64,
    note: Option<note::Model>,
    message: &str,
) -> Result<Response, AppError> {
    let title = note.as_ref().map_or("Add a note", |_| "Change a note");
    let mut form = Form::<Entity>::new(note, |field| field.name != "owner_id");
    if let Some(posted) = &page.posted {
        form.fill(posted);
        let own = |row: &mut note::ActiveModel| row.owner_id = Set(Some(owner));
        if form.save(&page.app.db, own).await?.is_some() {
            page.messages.add(message).await?;
            return Ok(found(&reverse("note_list", &[])));
        }
    }
    let context = context! { title, form => form.shown(&page.app).await? };
    page.ask("notes/form.html", context).await
}

/// GET and POST /notes/{id}/delete/. A link deletes nothing: GET asks.
pub async fn delete(
    page: Page,
    LoggedIn(user): LoggedIn,
    Path(id): Path<i64>,
) -> Result<Response, AppError> {
    let note = own(&page.app, user.id, id).await?;
    if page.posted.is_none() {
        return page
            .render("notes/delete.html", context! { text => note.text })
            .await;
    }
    let transaction = page.app.db.begin().await?;
    note.into_active_model().delete(&transaction).await?;
    transaction.commit().await?;
    page.messages.add("The note was deleted.").await?;
    Ok(found(&reverse("note_list", &[])))
}

/// An own note. Another's is not forbidden but not there: nobody learns which ids are in use.
async fn own(app: &App, owner: i64, id: i64) -> Result<note::Model, AppError> {
    let note = Entity::find_by_id(id).filter(Column::OwnerId.eq(owner));
    note.one(&app.db).await?.ok_or_else(AppError::not_found)
}
