//! What a client learns when its request was not answered as it wished.

use std::io;

use axum::http::header::{ALLOW, CONTENT_RANGE};
use axum::http::{self, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use html_escape::encode_text;

use crate::page::page;

pub type Result<T> = std::result::Result<T, AppError>;

/// Why a request was not answered as it wished.
pub enum AppError {
    /// A status, and a sentence for the person at the other end.
    Refused(StatusCode, &'static str),
    MethodNotAllowed(Method),
    /// The file has that many bytes.
    RangeNotSatisfiable(u64),
    /// Something broke in here. That is for our eyes: the client learns only that it did.
    Inside(String),
}

/// Nothing is there, or nothing for visitors: which of the two is our business.
pub const NOT_FOUND: AppError = AppError::Refused(StatusCode::NOT_FOUND, "There is no such file.");

pub fn bad_request(reason: &'static str) -> AppError {
    AppError::Refused(StatusCode::BAD_REQUEST, reason)
}

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        let (status, reason, header) = match self {
            AppError::Refused(status, reason) => (status, reason.to_string(), None),
            AppError::MethodNotAllowed(method) => (
                StatusCode::METHOD_NOT_ALLOWED,
                format!("A file is asked for by GET or HEAD, not by {method}."),
                Some([(ALLOW, "GET, HEAD".to_string())]),
            ),
            AppError::RangeNotSatisfiable(length) => (
                StatusCode::RANGE_NOT_SATISFIABLE,
                format!("The file has {length} bytes, none of them in that range."),
                Some([(CONTENT_RANGE, format!("bytes */{length}"))]),
            ),
            AppError::Inside(error) => {
                tracing::error!(error, "a request failed in here");
                let reason = "Something went wrong on this side.".to_string();
                (StatusCode::INTERNAL_SERVER_ERROR, reason, None)
            }
        };
        let reason = format!("<p>{}</p>\n", encode_text(&reason));
        (status, header, page(&status.to_string(), &reason)).into_response()
    }
}

impl From<io::Error> for AppError {
    fn from(error: io::Error) -> AppError {
        AppError::Inside(error.to_string())
    }
}

impl From<http::Error> for AppError {
    fn from(error: http::Error) -> AppError {
        AppError::Inside(error.to_string())
    }
}
