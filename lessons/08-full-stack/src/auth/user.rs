//! Who asks: put at the request by the middleware, asked for by views as an argument.

use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::uri::PathAndQuery;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, Set};
use tower_sessions::Session;

use super::permissions::Permissions;
use super::{csrf, password};
use crate::app::App;
use crate::error::AppError;
use crate::models::user::{ActiveModel, Column, Entity, Model as User};
use crate::page::{Page, found};
use crate::urls;

const KEY: &str = "user_id";

/// The user, or nobody.
#[derive(Clone)]
pub struct Visitor(pub Option<User>);

/// Django: `AuthenticationMiddleware`. A visitor without a session costs no query.
pub async fn authentication(
    State(app): State<App>,
    session: Session,
    mut request: Request,
    next: Next,
) -> Result<Response, AppError> {
    let user = match session.get::<i64>(KEY).await? {
        Some(id) => Entity::find_by_id(id).one(&app.db).await?,
        None => None,
    };
    let user = user.filter(|user| user.is_active);
    request.extensions_mut().insert(Visitor(user));
    Ok(next.run(request).await)
}

/// A view with this argument is for users. Others go to the login page. Django: `@login_required`.
pub struct LoggedIn(pub User);

impl FromRequestParts<App> for LoggedIn {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<LoggedIn, Response> {
        let user = user(parts).map(LoggedIn);
        user.ok_or_else(|| to_login("login", parts))
    }
}

/// A view with this argument is for the staff, and asks what they may. Django: `@staff_member_required`.
pub struct Staff(pub User, pub Permissions);

impl FromRequestParts<App> for Staff {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Staff, Response> {
        let user = user(parts).ok_or_else(|| to_login("admin_login", parts))?;
        if !user.is_staff {
            return Err(AppError::forbidden("These pages are for the staff.").into_response());
        }
        let permissions = Permissions::of(&user, &app.db).await;
        let broken = |error| AppError::from(error).into_response();
        Ok(Staff(user, permissions.map_err(broken)?))
    }
}

fn user(parts: &Parts) -> Option<User> {
    let visitor: Option<&Visitor> = parts.extensions.get();
    visitor.and_then(|visitor| visitor.0.clone())
}

fn to_login(name: &str, parts: &Parts) -> Response {
    let next = parts.uri.path_and_query().map_or("/", PathAndQuery::as_str);
    found(&urls::login(name, next))
}

/// The user of that name, if the password is theirs.
pub async fn authenticate(app: &App, name: &str, password: &str) -> Result<Option<User>, DbErr> {
    let user = Entity::find().filter(Column::Username.eq(name));
    let user = user.one(&app.db).await?;
    let user = user.filter(|user| user.is_active);
    let hash = user.as_ref().map(|user| user.password.clone());
    let is_right = password::verify(password.into(), hash).await;
    Ok(user.filter(|_| is_right))
}

/// With a new session id and a new token: what was planted before is worth nothing now.
pub async fn login(page: &Page, user: &User) -> Result<(), AppError> {
    page.session.cycle_id().await?;
    page.session.insert(KEY, user.id).await?;
    csrf::renew(page);
    Ok(())
}

/// A user with the rights of this flag, or none.
pub fn new(username: &str, email: &str, hash: String, is_superuser: bool) -> ActiveModel {
    ActiveModel {
        username: Set(username.into()),
        email: Set(email.into()),
        password: Set(hash),
        is_active: Set(true),
        is_staff: Set(is_superuser),
        is_superuser: Set(is_superuser),
        ..Default::default()
    }
}
