//! Coming in and going out. Django: `django.contrib.auth.views`.

mod fields;
pub mod login;
pub mod password;
pub mod register;

use axum::extract::State;
use axum::http::Method;
use axum::response::Response;
use minijinja::context;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};

use crate::app::App;
use crate::auth;
use crate::auth::user::LoggedIn;
use crate::error::{AppError, redirect};
use crate::forms::Form;
use crate::forms::body::Posted;
use crate::messages;
use crate::models::profile;
use crate::page::Page;
use crate::urls::reverse;

/// POST /accounts/logout/
pub async fn logout(page: Page) -> Response {
    auth::logout(&page);
    messages::add(&page.session, "You are logged out.");
    redirect(&reverse("index", &[]))
}

/// GET and POST /accounts/profile/
pub async fn profile(
    State(app): State<App>,
    LoggedIn(user): LoggedIn,
    page: Page,
    method: Method,
    posted: Posted,
) -> Result<Response, AppError> {
    let row = profile::Entity::find()
        .filter(profile::Column::UserId.eq(user.id))
        .one(app.db.read())
        .await?
        .ok_or_else(AppError::not_found)?;
    let mut form = Form::<profile::Entity>::new(&["display_name", "about"]).showing(&row);
    if method == Method::POST {
        form = form.posted(posted.fields());
        if form.is_valid() {
            let mut row = row.into_active_model();
            form.set_in(&mut row);
            let transaction = app.db.begin().await?;
            row.update(&transaction).await?;
            transaction.commit().await?;
            messages::add(&page.session, "Your profile was changed.");
            return Ok(redirect(&reverse("profile", &[])));
        }
    }
    let values = context! { form => form.shown(), email => user.email.as_str() };
    page.render("accounts/profile.html", values)
}
