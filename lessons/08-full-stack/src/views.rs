//! What is answered. Django: `views.py`.

pub mod board;

use axum::http::{Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};

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
        return (StatusCode::MOVED_PERMANENTLY, [("location", location)]).into_response();
    }
    AppError::not_found().into_response()
}

/// For a path that is known, and a method that its view does not have. axum adds `Allow`.
pub async fn method_not_allowed(method: Method) -> Response {
    let reason = format!("{method} is not answered here: see the Allow header.");
    AppError::new(StatusCode::METHOD_NOT_ALLOWED, reason).into_response()
}
