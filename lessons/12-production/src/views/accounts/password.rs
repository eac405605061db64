//! A new password: for one who knows the old one, and for one who forgot it.

use axum::extract::{Path, State};
use axum::http::{Method, StatusCode};
use axum::response::Response;
use minijinja::context;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter,
};

use super::fields::Fields;
use crate::app::App;
use crate::auth::address::Address;
use crate::auth::password::Verdict;
use crate::auth::user::LoggedIn;
use crate::auth::{self, reset, throttle};
use crate::email;
use crate::error::{AppError, redirect};
use crate::forms::body::Posted;
use crate::messages;
use crate::models::user;
use crate::page::Page;
use crate::urls::{self, reverse};

/// GET and POST /accounts/password/change/
pub async fn change(
    State(app): State<App>,
    LoggedIn(user): LoggedIn,
    page: Page,
    method: Method,
    Address(address): Address,
    posted: Posted,
) -> Result<Response, AppError> {
    let mut fields = Fields::new(&posted);
    if method == Method::POST {
        // Who finds a computer unlocked has the session, and not the password. They may guess it
        // no more often here than at the door.
        let attempt = throttle::begin(&app, "change", &user.username, address).await?;
        let old = fields.password("old_password");
        if app.passwords.verify(old, Some(&user.password)).await? == Verdict::Wrong {
            fields.refuse("old_password", "This is not your password.");
        } else {
            let transaction = app.db.begin().await?;
            attempt.succeeded(&app, &transaction).await?;
            transaction.commit().await?;
        }
        check(&app, &mut fields, &user).await?;
        if fields.are_good() {
            let user = set(&app, &user, fields.password("new_password1")).await?;
            // All sessions ended with the old password. This one begins anew.
            auth::login(&page, &user);
            messages::add(&page.session, "Your password was changed.");
            return Ok(redirect(&reverse("profile", &[])));
        }
    }
    page.render(
        "accounts/password_change.html",
        context! { form => fields.shown() },
    )
}

/// GET and POST /accounts/password/reset/
pub async fn reset(
    State(app): State<App>,
    page: Page,
    method: Method,
    Address(address): Address,
    posted: Posted,
) -> Result<Response, AppError> {
    let fields = Fields::new(&posted);
    let mut sent = false;
    let email = fields.line("email");
    if method == Method::POST && !email.is_empty() && !email.contains('\0') {
        throttle::begin(&app, "reset", email, address).await?;
        let users = user::Entity::find()
            .filter(user::Column::Email.eq(email))
            .filter(user::Column::IsActive.eq(true))
            .all(app.db.read())
            .await?;
        for user in &users {
            send_link(&app, user).await?;
        }
        // The same words whether or not somebody has this address.
        sent = true;
    }
    page.render(
        "accounts/password_reset.html",
        context! { form => fields.shown(), sent => sent },
    )
}

async fn send_link(app: &App, user: &user::Model) -> Result<(), AppError> {
    let token = reset::token(&app.settings.secret_key, user, app.clock.now());
    let path = reverse("password_reset_confirm", &[&user.id.to_string(), &token]);
    // The host is ours, from the settings. The request's Host is what its sender likes: the letter
    // would carry the token to their site.
    let link = format!("{}{path}", app.settings.site_url);
    let text = format!(
        "Somebody, perhaps you, asked for a new password for {}.\n\
         This link sets one. It works once, and for an hour:\n\n{link}",
        user.username
    );
    email::send(&app.settings, &user.email, "A new password", &text).await
}

/// GET and POST /accounts/password/reset/{user}/{token}/
pub async fn reset_confirm(
    State(app): State<App>,
    Path((id, token)): Path<(String, String)>,
    page: Page,
    method: Method,
    posted: Posted,
) -> Result<Response, AppError> {
    let user = match urls::number(&id) {
        Some(id) => user::Entity::find_by_id(id).one(app.db.read()).await?,
        None => None,
    };
    let (key, now) = (&app.settings.secret_key, app.clock.now());
    let Some(user) = user.filter(|user| user.is_active && reset::is_good(&token, key, user, now))
    else {
        let reason = "This link was used, or is too old. Ask for a new one.";
        return Err(AppError::new(StatusCode::NOT_FOUND, reason));
    };
    let mut fields = Fields::new(&posted);
    if method == Method::POST {
        check(&app, &mut fields, &user).await?;
        if fields.are_good() {
            set(&app, &user, fields.password("new_password1")).await?;
            messages::add(&page.session, "Your password was changed. Log in with it.");
            return Ok(redirect(&reverse("login", &[])));
        }
    }
    page.render(
        "accounts/password_reset_confirm.html",
        context! { form => fields.shown() },
    )
}

async fn check(app: &App, fields: &mut Fields<'_>, user: &user::Model) -> Result<(), AppError> {
    let known = [user.username.as_str(), user.email.as_str()];
    let names = ["new_password1", "new_password2"];
    fields
        .check_new_password(&app.passwords, names, &known)
        .await
}

async fn set(app: &App, user: &user::Model, password: &str) -> Result<user::Model, AppError> {
    let mut changed = user.clone().into_active_model();
    changed.password = Set(app.passwords.hash(password).await?);
    let transaction = app.db.begin().await?;
    let user = changed.update(&transaction).await?;
    transaction.commit().await?;
    Ok(user)
}
