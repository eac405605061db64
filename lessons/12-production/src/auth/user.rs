//! The user of a request.
//!
//! A view says by its arguments whom it answers. Without `LoggedIn`, each view would have to ask,
//! and one of them would forget.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::session::Session;
use crate::error::AppError;
use crate::models::user;
use crate::urls;

/// Who is logged in, if anybody is. The middleware `authentication` puts it there.
#[derive(Clone, Debug, Default)]
pub struct CurrentUser(pub Option<Arc<user::Model>>);

/// For views that are for users only: the user. Who is not logged in goes to the login page, and
/// a program learns by 401 that it is not. Django: `@login_required`.
#[derive(Clone, Debug)]
pub struct LoggedIn(pub Arc<user::Model>);

/// For the admin: a user who is staff. Django: `@staff_member_required`.
#[derive(Clone, Debug)]
pub struct Staff(pub Arc<user::Model>);

impl<S: Send + Sync> FromRequestParts<S> for LoggedIn {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, AppError> {
        // ANCHOR: logged_in
        match current(parts) {
            Some(user) => Ok(LoggedIn(user)),
            None => Err(to_login(parts, "login")),
        }
        // ANCHOR_END: logged_in
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Staff {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, AppError> {
        match current(parts) {
            Some(user) if user.is_staff => Ok(Staff(user)),
            _ => Err(to_login(parts, "admin_login")),
        }
    }
}

fn current(parts: &Parts) -> Option<Arc<user::Model>> {
    // The answer depends on the session, and caches must know.
    let session = parts.extensions.get::<Session>()?;
    session.user_id()?;
    parts.extensions.get::<CurrentUser>()?.0.clone()
}

/// As Python's `quote`: the slashes of a path stay.
const NEXT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

fn to_login(parts: &Parts, name: &str) -> AppError {
    let path = parts.uri.path();
    if path.starts_with("/api/") {
        return AppError::new(StatusCode::UNAUTHORIZED, "You are not logged in.");
    }
    let asked = parts
        .uri
        .path_and_query()
        .map_or(path, |asked| asked.as_str());
    let next = utf8_percent_encode(asked, NEXT);
    AppError::Elsewhere(format!("{}?next={next}", urls::reverse(name, &[])))
}
