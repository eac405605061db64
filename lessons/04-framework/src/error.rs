//! The one type of error: whatever fails on a request's way becomes this, and this becomes the
//! answer.

use std::error::Error;

use axum::Json;
use axum::extract::multipart::{MultipartError, MultipartRejection};
use axum::extract::rejection::{BytesRejection, JsonRejection, PathRejection};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::tour::MAX_BODY;

// ANCHOR: app_error
/// Why a request was not answered as it wished.
// ANCHOR: variants
#[derive(Debug)]
pub enum AppError {
    /// The client did something wrong, and learns what and where.
    Client(StatusCode, String),
    /// Something broke in here. That is for our eyes: the client learns
    /// only that it did.
    Inside(Box<dyn Error + Send + Sync>),
}
// ANCHOR_END: variants

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        let (status, message) = match self {
            AppError::Client(status, message) => (status, message),
            AppError::Inside(error) => {
                eprintln!("A request failed in here: {error}.");
                let message = "Something went wrong on this side.".to_string();
                (StatusCode::INTERNAL_SERVER_ERROR, message)
            }
        };
        (status, Json(json!({ "error": message }))).into_response()
    }
}
// ANCHOR_END: app_error

impl AppError {
    pub fn new(status: StatusCode, message: impl Into<String>) -> AppError {
        AppError::Client(status, message.into())
    }

    pub fn bad_request(message: impl Into<String>) -> AppError {
        AppError::new(StatusCode::BAD_REQUEST, message)
    }

    pub fn too_large() -> AppError {
        let message = format!("The body is larger than {MAX_BODY} bytes.");
        AppError::new(StatusCode::PAYLOAD_TOO_LARGE, message)
    }

    /// A body that could not be read, as axum judges it.
    fn unreadable(status: StatusCode, message: String) -> AppError {
        match status {
            StatusCode::PAYLOAD_TOO_LARGE => AppError::too_large(),
            // To axum a multipart body that breaks off is a fault of the server. It is not.
            StatusCode::INTERNAL_SERVER_ERROR => {
                AppError::bad_request("The body broke off, or its chunks are malformed.")
            }
            status => AppError::new(status, message),
        }
    }
}

// An extractor that fails gives a rejection, and `?` in a handler turns it into an AppError by
// one of these.

impl From<BytesRejection> for AppError {
    fn from(rejection: BytesRejection) -> Self {
        AppError::unreadable(rejection.status(), rejection.body_text())
    }
}

impl From<JsonRejection> for AppError {
    fn from(rejection: JsonRejection) -> Self {
        AppError::unreadable(rejection.status(), rejection.body_text())
    }
}

impl From<MultipartRejection> for AppError {
    fn from(rejection: MultipartRejection) -> Self {
        AppError::unreadable(rejection.status(), rejection.body_text())
    }
}

impl From<MultipartError> for AppError {
    fn from(error: MultipartError) -> Self {
        let message = format!("The multipart body cannot be read: {}.", error.body_text());
        AppError::unreadable(error.status(), message)
    }
}

impl From<PathRejection> for AppError {
    fn from(rejection: PathRejection) -> Self {
        AppError::new(rejection.status(), rejection.body_text())
    }
}

impl From<minijinja::Error> for AppError {
    fn from(error: minijinja::Error) -> Self {
        AppError::Inside(error.into())
    }
}

impl From<axum::http::Error> for AppError {
    fn from(error: axum::http::Error) -> Self {
        AppError::Inside(error.into())
    }
}
