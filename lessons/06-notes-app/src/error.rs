//! What a client learns when its request was not answered as it wished.

use std::error::Error;

use axum::Json;
use axum::extract::rejection::BytesRejection;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::MAX_BODY;

/// Why a request was not answered as it wished.
#[derive(Debug)]
pub enum AppError {
    /// The client did something wrong, and learns what, and where if there is a place.
    Client(StatusCode, Value),
    /// Something broke in here. That is for our eyes: the client learns only that it did.
    Inside(Box<dyn Error + Send + Sync>),
}

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        let (status, body) = match self {
            AppError::Client(status, body) => (status, body),
            AppError::Inside(error) => {
                eprintln!("A request failed in here: {error}.");
                let body = json!({ "error": "Something went wrong on this side." });
                (StatusCode::INTERNAL_SERVER_ERROR, body)
            }
        };
        (status, Json(body)).into_response()
    }
}

impl AppError {
    pub fn new(status: StatusCode, reason: impl Into<String>) -> AppError {
        AppError::Client(status, json!({ "error": reason.into() }))
    }

    /// 422: the body can be read, but a field of it is not as it must be.
    pub fn field(name: &str, reason: impl Into<String>) -> AppError {
        let body = json!({ "error": reason.into(), "field": name });
        AppError::Client(StatusCode::UNPROCESSABLE_ENTITY, body)
    }

    /// 413.
    pub fn too_large() -> AppError {
        let reason = format!("The body is larger than {MAX_BODY} bytes.");
        AppError::new(StatusCode::PAYLOAD_TOO_LARGE, reason)
    }

    /// 415: the body may be what we want, but its Content-Type does not say so.
    pub fn wrong_type(wanted: &str, headers: &HeaderMap) -> AppError {
        let mut types = headers.get_all(CONTENT_TYPE).iter();
        let sent = match (types.next(), types.next()) {
            (None, _) => "there is none".to_string(),
            (Some(sent), None) => format!("it is {:?}", String::from_utf8_lossy(sent.as_bytes())),
            _ => "there are several".to_string(),
        };
        let reason = format!("The Content-Type must be {wanted}, and {sent}.");
        AppError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, reason)
    }
}

// `?` in a handler turns what went wrong into an AppError by one of these.

impl From<serde_json::Error> for AppError {
    fn from(error: serde_json::Error) -> Self {
        let status = if error.is_data() {
            StatusCode::UNPROCESSABLE_ENTITY // JSON, but not what is asked for
        } else {
            StatusCode::BAD_REQUEST // no JSON, or an end too early
        };
        // serde_json writes the place behind the reason. Here it has fields of its own.
        let (line, column) = (error.line(), error.column());
        let said = error.to_string();
        let place = format!(" at line {line} column {column}");
        let reason = said.strip_suffix(&place).unwrap_or(&said);
        // Its column is the number of bytes read in the line: 0 if the first is not looked at.
        let column = column.max(1);
        let body = json!({ "error": reason, "line": line, "column": column });
        AppError::Client(status, body)
    }
}

/// The body did not come as a whole.
impl From<BytesRejection> for AppError {
    fn from(rejection: BytesRejection) -> Self {
        match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => AppError::too_large(),
            status => AppError::new(status, "The body broke off, or its chunks are malformed."),
        }
    }
}

impl From<minijinja::Error> for AppError {
    fn from(error: minijinja::Error) -> Self {
        AppError::Inside(error.into())
    }
}
