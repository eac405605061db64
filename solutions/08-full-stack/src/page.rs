//! What every page knows, and how it is made from a template.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::header::LOCATION;
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use minijinja::Value;

use crate::app::App;
use crate::error::AppError;
use crate::forms::Posted;

pub struct Page {
    pub app: App,
    /// What a form sent; none when the page is only to be shown.
    pub posted: Option<Posted>,
}

impl FromRequestParts<App> for Page {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Page, Infallible> {
        let posted = parts.extensions.get().cloned().unwrap_or_default();
        Ok(Page {
            app: app.clone(),
            posted: (parts.method == Method::POST).then_some(posted),
        })
    }
}

impl Page {
    pub fn render(&self, name: &str, context: Value) -> Result<Response, AppError> {
        let html = self.app.templates.get_template(name)?.render(context)?;
        Ok(Html(html).into_response())
    }

    /// A page with a form. When one was sent, and the page is shown again, it holds a mistake: 422.
    pub fn ask(&self, name: &str, context: Value) -> Result<Response, AppError> {
        let page = self.render(name, context)?;
        match self.posted {
            Some(_) => Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response()),
            None => Ok(page),
        }
    }
}

/// After a form: go and look.
pub fn found(path: &str) -> Response {
    (StatusCode::FOUND, [(LOCATION, path)]).into_response()
}
