//! What is answered. Django: `views.py`.

pub mod accounts;
pub mod api;
pub mod attachments;
pub mod board;
pub mod export;
pub mod notes;
pub mod static_files;

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode, Uri};
use axum::response::{Html, IntoResponse, Response};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::error::AppError;
use crate::urls;

/// For paths that no view has.
pub async fn not_found(method: Method, uri: Uri) -> Response {
    let with_slash = format!("{}/", uri.path());
    if matches!(method, Method::GET | Method::HEAD) && urls::resolves(&with_slash) {
        let query = uri
            .query()
            .map_or(String::new(), |query| format!("?{query}"));
        let location = format!("{with_slash}{query}");
        let headers = [("location", location)];
        return (StatusCode::MOVED_PERMANENTLY, headers, Html("")).into_response();
    }
    AppError::not_found().into_response()
}

/// For a path that is known, and a method that its view does not have. axum adds `Allow`.
pub async fn method_not_allowed(method: Method) -> Response {
    // "Which methods do you have?": the answer is the header.
    if method == Method::OPTIONS {
        return Html("").into_response();
    }
    let reason = format!("{method} is not answered here: see the Allow header.");
    AppError::new(StatusCode::METHOD_NOT_ALLOWED, reason).into_response()
}

/// An id in a path.
#[derive(Deserialize)]
#[serde(try_from = "String")]
pub struct Id(pub i64);

impl TryFrom<String> for Id {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Id, Self::Error> {
        urls::number(&text).map(Id).ok_or("This is no id.")
    }
}

/// The part of a path that varies. What is no number, or no text, names nothing: 404.
pub struct Part<T>(pub T);

impl<T, S> FromRequestParts<S> for Part<T>
where
    T: DeserializeOwned + Send,
    S: Send + Sync,
{
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, AppError> {
        let part = Path::<T>::from_request_parts(parts, state).await;
        part.map(|Path(part)| Part(part))
            .map_err(|_| AppError::not_found())
    }
}
