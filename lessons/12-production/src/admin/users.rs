//! What the admin does for users alone: it sets passwords, and tells of new users. Django:
//! `UserAdmin`.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use minijinja::context;
use sea_orm::IntoActiveModel;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, DatabaseTransaction, EntityTrait};

use super::edit;
use super::registered::{Db, Registered, Row};
use super::visit::{Visit, forbidden, trail};
use crate::auth::permissions::Action;
use crate::error::AppError;
use crate::forms::body::Posted;
use crate::models::user;
use crate::signals::UserCreated;
use crate::views::Part;
use crate::{messages, urls};

/// Tells all who want to hear of it that a user was made, as the register page does.
///
/// # Errors
/// That of the first receiver that fails. Then there must be no such user.
pub async fn created(
    visit: &Visit,
    transaction: &DatabaseTransaction,
    id: i64,
) -> Result<(), AppError> {
    if let Some(user) = user::Entity::find_by_id(id).one(transaction).await? {
        let created = UserCreated { user };
        visit
            .page
            .app
            .signals
            .user_created
            .send(transaction, &created)
            .await?;
    }
    Ok(())
}

/// GET /admin/users/{id}/password/
pub async fn password_page(
    visit: Visit,
    Part((plural, id)): Part<(String, String)>,
) -> Result<Response, AppError> {
    let db = Db::from(visit.page.app.db.read());
    let (model, row) = whose(&visit, &db, &plural, &id).await?;
    form(&visit, model, &row, None)
}

/// POST /admin/users/{id}/password/
pub async fn password(
    visit: Visit,
    Part((plural, id)): Part<(String, String)>,
    sent: Posted,
) -> Result<Response, AppError> {
    let app = &visit.page.app;
    let (model, row) = whose(&visit, &Db::from(app.db.read()), &plural, &id).await?;
    let new = sent.get("new_password1").unwrap_or_default();
    if let Some(wrong) = wrong_with(&visit, new, sent.get("new_password2"), &row.shown).await? {
        let page = form(&visit, model, &row, Some(wrong))?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    // Before the transaction: hashing takes long, and nobody else can write while one is open.
    let hash = app.passwords.hash(new).await?;
    let transaction = app.db.begin().await?;
    let db = Db::from(&transaction);
    // Once more: meanwhile the user may have become one of the staff.
    let (model, row) = whose(&visit, &db, &plural, &id).await?;
    let user = user::Entity::find_by_id(row.id).one(&db).await?;
    let mut user = user.ok_or_else(AppError::not_found)?.into_active_model();
    user.password = Set(hash);
    user.update(&db).await?;
    visit
        .log(&db, model, &row, Action::Change, "password")
        .await?;
    transaction.commit().await?;
    let text = format!(
        "“{}” has a new password, and is logged out everywhere.",
        row.shown
    );
    messages::add(&visit.page.session, &text);
    let back = urls::reverse("admin_change", &[&plural, &row.id.to_string()]);
    Ok(Redirect::to(&back).into_response())
}

/// The user whose password this one may set.
async fn whose<'a>(
    visit: &'a Visit,
    db: &Db<'_>,
    plural: &str,
    id: &str,
) -> Result<(&'a dyn Registered, Row), AppError> {
    if plural != "users" {
        return Err(AppError::not_found());
    }
    let model = visit.model(plural, Action::Change)?;
    let row = edit::row(db, model, id).await?;
    if !visit.may_with(model, &row, Action::Change) {
        return Err(forbidden(Action::Change, model.options()));
    }
    Ok((model, row))
}

async fn wrong_with(
    visit: &Visit,
    new: &str,
    again: Option<&str>,
    name: &str,
) -> Result<Option<String>, AppError> {
    if again != Some(new) {
        return Ok(Some("The two are not the same.".into()));
    }
    visit.page.app.passwords.weakness(new, &[name]).await
}

/// The form. It never holds a password, not even one that was refused.
fn form(
    visit: &Visit,
    model: &dyn Registered,
    row: &Row,
    wrong: Option<String>,
) -> Result<Response, AppError> {
    let mut trail = trail(model.options());
    let change = urls::reverse("admin_change", &["users", &row.id.to_string()]);
    trail.push((row.shown.clone(), change));
    trail.push(("Set password".into(), String::new()));
    let values = context! { shown => row.shown.as_str(), wrong => wrong };
    visit.render("admin/password.html", &trail, values)
}
