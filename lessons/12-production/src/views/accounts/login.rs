//! The login page: the site's, and the admin's.

use std::net::IpAddr;

use axum::extract::{FromRef, FromRequestParts};
use axum::http::request::Parts;
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
use crate::auth::{self, next, throttle};
use crate::error::{AppError, redirect};
use crate::forms::body::{self, Posted};
use crate::models::user;
use crate::page::Page;
use crate::urls::reverse;

/// A page at which one can log in.
#[derive(Clone, Copy, Debug)]
pub struct Door {
    pub template: &'static str,
    /// The name of the page that comes after it, when no other was asked for.
    pub home: &'static str,
    pub staff_only: bool,
}

const SITE: Door = Door {
    template: "accounts/login.html",
    home: "profile",
    staff_only: false,
};

/// What a login page needs to know of its request.
pub struct Knock {
    method: Method,
    address: IpAddr,
    posted: Posted,
    next: Option<String>,
}

impl<S> FromRequestParts<S> for Knock
where
    App: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, AppError> {
        let Address(address) = Address::from_request_parts(parts, state).await?;
        let posted: Posted = parts.extensions.get().cloned().unwrap_or_default();
        let query = body::query(parts.uri.query().unwrap_or_default())?;
        let next = posted.get("next").or(query.get("next"));
        Ok(Knock {
            method: parts.method.clone(),
            address,
            next: next.and_then(next::local).map(str::to_string),
            posted,
        })
    }
}

/// GET and POST /accounts/login/
pub async fn login(page: Page, knock: Knock) -> Result<Response, AppError> {
    at(&SITE, page, knock).await
}

/// What happens at a door. The admin has one of its own.
pub async fn at(door: &Door, page: Page, knock: Knock) -> Result<Response, AppError> {
    let after = knock
        .next
        .clone()
        .unwrap_or_else(|| reverse(door.home, &[]));
    if knock.method != Method::POST {
        let user = page.user.0.as_ref();
        return match user {
            Some(user) if user.is_staff || !door.staff_only => Ok(redirect(&after)),
            _ => show(door, &page, &knock, &Fields::new(&knock.posted)),
        };
    }
    let mut fields = Fields::new(&knock.posted);
    match may_enter(door, &page.app, &knock, &fields).await? {
        Some(user) => {
            auth::login(&page, &user);
            Ok(redirect(&after))
        }
        None => {
            // The same words for a name that is not there, a wrong password, and one who was shut
            // out: else this page would tell who has an account.
            let kind = if door.staff_only {
                "staff account"
            } else {
                "account"
            };
            let reason = format!("There is no {kind} with this name and password.");
            fields.refuse("form", reason);
            show(door, &page, &knock, &fields)
        }
    }
}

fn show(door: &Door, page: &Page, knock: &Knock, fields: &Fields) -> Result<Response, AppError> {
    let next = knock.next.as_deref().unwrap_or_default();
    page.render(
        door.template,
        context! { form => fields.shown(), next => next },
    )
}

/// The user, if name and password are right and this door is for them.
async fn may_enter(
    door: &Door,
    app: &App,
    knock: &Knock,
    fields: &Fields<'_>,
) -> Result<Option<user::Model>, AppError> {
    let (username, password) = (fields.line("username"), fields.password("password"));
    if username.contains('\0') {
        return Err(AppError::new(
            StatusCode::BAD_REQUEST,
            "A name has no NUL in it.",
        ));
    }
    let attempt = throttle::begin(app, "login", username, knock.address).await?;
    let user = user::Entity::find()
        .filter(user::Column::Username.eq(username))
        .one(app.db.read())
        .await?;
    let hash = user.as_ref().map(|user| user.password.as_str());
    let verdict = app.passwords.verify(password, hash).await?;
    let right = user.filter(|user| {
        verdict != Verdict::Wrong && user.is_active && (user.is_staff || !door.staff_only)
    });
    let Some(user) = right else {
        return Ok(None);
    };
    let mut changed = user.clone().into_active_model();
    changed.last_login_at = Set(Some(app.clock.now()));
    if verdict == Verdict::RightButOld {
        // Now, and only now, we know the password, and can make a better hash of it.
        let hash = app.passwords.renewed(password, &user.password).await?;
        changed.password = Set(hash);
    }
    let transaction = app.db.begin().await?;
    let user = changed.update(&transaction).await?;
    attempt.succeeded(app, &transaction).await?;
    transaction.commit().await?;
    Ok(Some(user))
}
