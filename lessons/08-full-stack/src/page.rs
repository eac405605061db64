//! What every page knows: its visitor, messages, a token for its forms. Django: the request,
//! `render()` and context processors.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::header::{CONTENT_TYPE, LOCATION, VARY};
use axum::http::request::Parts;
use axum::http::uri::PathAndQuery;
use axum::http::{StatusCode, Uri};
use axum::response::{Html, IntoResponse, Response};
use minijinja::{Value, context};
use tower_cookies::Cookies;
use tower_sessions::Session;

use crate::app::App;
use crate::auth::csrf;
use crate::auth::user::Visitor;
use crate::error::AppError;
use crate::forms::Posted;
use crate::messages::Messages;
use crate::models::user::Model as User;

pub struct Page {
    pub app: App,
    /// Who asks; none for a visitor who has not logged in.
    pub user: Option<User>,
    /// What a form sent; none when the page is only to be shown.
    pub posted: Option<Posted>,
    pub messages: Messages,
    pub session: Session,
    pub cookies: Cookies,
    uri: Uri,
}

impl FromRequestParts<App> for Page {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Page, Infallible> {
        let Visitor(user) = left_by_middleware(parts);
        Ok(Page {
            app: app.clone(),
            user,
            posted: parts.extensions.get().cloned(),
            messages: left_by_middleware(parts),
            session: left_by_middleware(parts),
            cookies: left_by_middleware(parts),
            uri: parts.uri.clone(),
        })
    }
}

fn left_by_middleware<T: Clone + Send + Sync + 'static>(parts: &Parts) -> T {
    let found = parts.extensions.get().cloned();
    found.expect("the middleware that leaves this stands around all views")
}

impl Page {
    pub async fn render(&self, name: &str, context: Value) -> Result<Response, AppError> {
        let user = |user: &User| context! { name => &user.username, is_staff => user.is_staff };
        let context = context! {
            user => self.user.as_ref().map(user),
            messages => self.messages.take().await?,
            csrf_token => csrf::token(self),
            path => self.uri.path(),
            full_path => self.uri.path_and_query().map(PathAndQuery::as_str),
            ..context
        };
        let html = self.app.templates.get_template(name)?.render(context)?;
        Ok(([(VARY, "Cookie")], Html(html)).into_response())
    }

    /// A page with a form. When one was sent, and the page is shown again, it holds a mistake: 422.
    pub async fn ask(&self, name: &str, context: Value) -> Result<Response, AppError> {
        let page = self.render(name, context).await?;
        match self.posted {
            Some(_) => Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response()),
            None => Ok(page),
        }
    }
}

/// After a form: go and look. Django: `redirect()`.
pub fn found(path: &str) -> Response {
    let headers = [
        (LOCATION, path),
        (VARY, "Cookie"),
        (CONTENT_TYPE, "text/html; charset=utf-8"),
    ];
    (StatusCode::FOUND, headers).into_response()
}
