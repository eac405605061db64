//! What a client learns when its request was not answered as it wished.

use axum::extract::FromRequest;
use axum::extract::multipart::MultipartError;
use axum::extract::rejection::{JsonRejection, PathRejection};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::json;

/// A status, and the reason.
pub struct AppError(pub StatusCode, pub String);

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        (self.0, Json(json!({ "error": self.1 }))).into_response()
    }
}

/// axum's `Json`, whose refusals are JSON as well.
#[derive(FromRequest)]
#[from_request(via(axum::Json), rejection(AppError))]
pub struct Json<T>(pub T);

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

// `?` turns what went wrong into an AppError by one of these.

impl From<JsonRejection> for AppError {
    fn from(rejection: JsonRejection) -> AppError {
        AppError(rejection.status(), rejection.body_text())
    }
}

impl From<PathRejection> for AppError {
    fn from(rejection: PathRejection) -> AppError {
        AppError(rejection.status(), rejection.body_text())
    }
}

impl From<MultipartError> for AppError {
    fn from(error: MultipartError) -> AppError {
        // axum calls a body that breaks off a fault of the server, 500. It is the client's.
        let status = match error.status() {
            StatusCode::INTERNAL_SERVER_ERROR => StatusCode::BAD_REQUEST,
            status => status,
        };
        AppError(status, error.body_text())
    }
}

/// A fault of ours. The reason is for our eyes: it may hold a path, a
/// query, a password.
impl From<minijinja::Error> for AppError {
    fn from(error: minijinja::Error) -> AppError {
        eprintln!("A request failed in here: {error}.");
        let message = "Something went wrong on this side.".to_string();
        AppError(StatusCode::INTERNAL_SERVER_ERROR, message)
    }
}
