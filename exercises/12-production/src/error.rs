//! The one type of error: whatever fails on a request's way becomes this, and this becomes the answer.

use axum::extract::rejection::PathRejection;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};

pub enum AppError {
    /// A status, and a sentence for the person at the other end.
    Client(StatusCode, String),
    /// Go there instead.
    Elsewhere(String),
}

impl AppError {
    pub fn new(status: StatusCode, message: impl Into<String>) -> AppError {
        AppError::Client(status, message.into())
    }

    pub fn no_note(id: u64) -> AppError {
        AppError::new(StatusCode::NOT_FOUND, format!("There is no note {id}.\n"))
    }
}

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        match self {
            AppError::Client(status, message) => (status, message).into_response(),
            AppError::Elsewhere(path) => {
                (StatusCode::SEE_OTHER, [(LOCATION, path)]).into_response()
            }
        }
    }
}

impl From<PathRejection> for AppError {
    fn from(rejection: PathRejection) -> Self {
        AppError::new(rejection.status(), format!("{}\n", rejection.body_text()))
    }
}
