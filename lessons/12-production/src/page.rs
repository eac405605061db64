//! A page for this visitor: a template, with what every template can use.

use std::convert::Infallible;

use axum::extract::{FromRef, FromRequestParts};
use axum::http::request::Parts;
use axum::response::{Html, IntoResponse, Response};
use minijinja::value::Serde;
use minijinja::{Value, context};

use crate::app::App;
use crate::auth::csrf::Csrf;
use crate::auth::session::Session;
use crate::auth::user::CurrentUser;
use crate::error::AppError;
use crate::messages::{self, Shown};

/// What is known of the request by the time a view is called. A view takes it as an argument.
#[derive(Clone)]
pub struct Page {
    pub app: App,
    pub session: Session,
    pub user: CurrentUser,
    csrf: Csrf,
    path: String,
    /// The path with its query: what a form is sent to that goes to its own page.
    full_path: String,
}

impl<S> FromRequestParts<S> for Page
where
    App: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        Ok(Page {
            app: App::from_ref(state),
            session: parts.extensions.get().cloned().unwrap_or_default(),
            user: parts.extensions.get().cloned().unwrap_or_default(),
            csrf: parts.extensions.get().cloned().unwrap_or_default(),
            path: parts.uri.path().to_string(),
            full_path: parts
                .uri
                .path_and_query()
                .map_or_else(String::new, ToString::to_string),
        })
    }
}

impl Page {
    /// Renders a template. It sees `values`, and beside them what each page can use.
    ///
    /// # Errors
    /// When the template has a mistake.
    pub fn render(&self, template: &str, values: Value) -> Result<Response, AppError> {
        let user = self.user.0.as_deref().map(|user| {
            context! { id => user.id, username => user.username.as_str(), is_staff => user.is_staff }
        });
        let waiting = messages::all(&self.session);
        let page = context! {
            path => self.path.as_str(),
            full_path => self.full_path.as_str(),
            user => user,
            csrf_token => self.csrf.token(),
            messages => Value::from(Serde(&waiting)),
            ..values
        };
        let html = self.app.templates.get_template(template)?.render(page)?;
        let mut response = Html(html).into_response();
        if waiting
            .as_array()
            .is_some_and(|waiting| !waiting.is_empty())
        {
            response.extensions_mut().insert(Shown);
        }
        Ok(response)
    }
}
