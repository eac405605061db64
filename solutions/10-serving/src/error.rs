//! The one type of error: whatever fails on a request's way becomes this, and this becomes the answer.

use axum::extract::rejection::{BytesRejection, PathRejection};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

/// A status, and a sentence for the person at the other end.
pub struct AppError {
    status: StatusCode,
    message: String,
}

impl AppError {
    pub fn new(status: StatusCode, message: impl Into<String>) -> AppError {
        AppError {
            status,
            message: message.into(),
        }
    }

    pub fn not_there(name: &str) -> AppError {
        AppError::new(StatusCode::NOT_FOUND, format!("There is no {name:?} here."))
    }
}

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        (self.status, format!("{}\n", self.message)).into_response()
    }
}

// An extractor that fails gives a rejection. `?` turns it into an AppError by one of these.

impl From<PathRejection> for AppError {
    fn from(rejection: PathRejection) -> Self {
        AppError::new(rejection.status(), rejection.body_text())
    }
}

impl From<BytesRejection> for AppError {
    fn from(rejection: BytesRejection) -> Self {
        AppError::new(rejection.status(), rejection.body_text())
    }
}
