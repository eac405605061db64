//! What can go wrong on the way to an answer.

use axum::http::header::{CONTENT_TYPE, LOCATION};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use sea_orm::DbErr;
use serde_json::{Value, json};

/// Why a request gets no answer of the usual kind.
#[derive(Debug)]
pub enum AppError {
    /// The client did something wrong, and this says what.
    Client(StatusCode, String),
    /// The same, with the place of it in what was sent: a `field`, or a `line` and a `column`.
    At(StatusCode, String, Value),
    /// Go there instead: to the login page, for one.
    Elsewhere(String),
    /// Something broke inside. The log learns what; the client does not.
    Inside(Box<dyn std::error::Error + Send + Sync>),
    /// The database cannot be used now. Later it may.
    Unavailable(String),
}

/// What the middleware `problems` makes a page of, or JSON.
#[derive(Clone, Debug)]
pub struct Problem {
    pub status: StatusCode,
    pub reason: String,
    /// Where, if there is a place: a JSON object.
    pub place: Value,
    /// What only the log and, while developing, the debug page say.
    pub detail: Option<String>,
}

impl AppError {
    pub fn new(status: StatusCode, reason: impl Into<String>) -> AppError {
        AppError::Client(status, reason.into())
    }

    /// 422: what was sent can be read, but a field of it is not as it must be.
    pub fn field(name: &str, reason: impl Into<String>) -> AppError {
        let place = json!({ "field": name });
        AppError::At(StatusCode::UNPROCESSABLE_ENTITY, reason.into(), place)
    }

    pub fn not_found() -> AppError {
        AppError::new(StatusCode::NOT_FOUND, "There is nothing here.")
    }
}

/// Go there instead. The body is empty; Django says of it, too, that it is HTML.
pub fn redirect(path: &str) -> Response {
    // A path with a line end in it, or another letter that no header holds, leads home.
    let location = HeaderValue::try_from(path).unwrap_or(HeaderValue::from_static("/"));
    let html = HeaderValue::from_static("text/html; charset=utf-8");
    let headers = [(LOCATION, location), (CONTENT_TYPE, html)];
    (StatusCode::FOUND, headers).into_response()
}

impl From<DbErr> for AppError {
    fn from(error: DbErr) -> Self {
        AppError::Inside(error.into())
    }
}

impl From<minijinja::Error> for AppError {
    fn from(error: minijinja::Error) -> Self {
        AppError::Inside(error.into())
    }
}

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        let mut place = json!({});
        let (status, reason, detail) = match self {
            AppError::Client(status, reason) => (status, reason, None),
            AppError::At(status, reason, at) => {
                place = at;
                (status, reason, None)
            }
            AppError::Elsewhere(path) => {
                return redirect(&path);
            }
            AppError::Inside(error) => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "Something broke inside. It has been written down.".into(),
                Some(error.to_string()),
            ),
            AppError::Unavailable(detail) => (
                StatusCode::SERVICE_UNAVAILABLE,
                "The data cannot be reached now. Please try again.".into(),
                Some(detail),
            ),
        };
        let problem = Problem {
            status,
            reason,
            place,
            detail,
        };
        let mut response = status.into_response();
        response.extensions_mut().insert(problem);
        response
    }
}
