//! What can go wrong on the way to an answer.

use axum::http::header::{CONTENT_TYPE, LOCATION, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use sea_orm::DbErr;
use serde_json::{Value, json};

use crate::db::failure::Failure;

/// Why a request gets no answer of the usual kind.
#[derive(Debug)]
pub enum AppError {
    /// The client did something wrong, and this says what.
    Client(StatusCode, String),
    /// The same, with the place of it in what was sent: a `field`, or a `line` and a `column`.
    At(StatusCode, String, Value),
    /// Go there instead: to the login page, for one.
    Elsewhere(String),
    /// Too often; after so many seconds it can be tried again.
    TooOften(i64),
    /// Something broke inside. The log learns what; the client does not.
    Inside(Box<dyn std::error::Error + Send + Sync>),
    /// The database said this. Some of it is the client's matter, most is not.
    Database(DbErr),
    /// Something that is needed cannot be used now. Later it may.
    Unavailable(String),
}

/// What the middleware `problems` makes a page of, or JSON.
#[derive(Clone, Debug)]
pub struct Problem {
    pub status: StatusCode,
    pub reason: String,
    /// Where, if there is a place: a JSON object.
    pub place: Value,
    /// Others were in the way, and nothing was kept: the same request may go well now.
    pub again: bool,
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
        AppError::Database(error)
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
        let again =
            matches!(&self, AppError::Database(error) if Failure::of(error) == Failure::Again);
        let (status, reason, detail) = match self {
            AppError::Client(status, reason) => (status, reason, None),
            AppError::At(status, reason, at) => {
                place = at;
                (status, reason, None)
            }
            AppError::Elsewhere(path) => {
                return redirect(&path);
            }
            AppError::Database(error) => of_database(&error),
            AppError::Unavailable(detail) => unavailable(detail),
            AppError::Inside(error) => inside(error.to_string()),
            AppError::TooOften(seconds) => {
                let minutes = (seconds + 59) / 60;
                let reason = format!("That was tried too often. Try again in {minutes} minutes.");
                let error = AppError::new(StatusCode::TOO_MANY_REQUESTS, reason);
                return ([(RETRY_AFTER, seconds.to_string())], error).into_response();
            }
        };
        let problem = Problem {
            status,
            reason,
            place,
            again,
            detail,
        };
        let mut response = status.into_response();
        if matches!(
            status,
            StatusCode::SERVICE_UNAVAILABLE | StatusCode::INSUFFICIENT_STORAGE
        ) {
            let seconds = HeaderValue::from_static("5");
            response.headers_mut().insert("retry-after", seconds);
        }
        response.extensions_mut().insert(problem);
        response
    }
}

/// What the client learns, and what only the log does.
type Parts = (StatusCode, String, Option<String>);

fn of_database(error: &DbErr) -> Parts {
    let client = |status, reason: &str| (status, reason.into(), None);
    match Failure::of(error) {
        Failure::Taken => client(StatusCode::CONFLICT, "There is such an entry already."),
        Failure::Dangling => client(
            StatusCode::CONFLICT,
            "This names something that is not there, or is named by something else.",
        ),
        Failure::Refused => client(
            StatusCode::UNPROCESSABLE_ENTITY,
            "A value is too long, or is not one that can be kept.",
        ),
        Failure::Full => (
            StatusCode::INSUFFICIENT_STORAGE,
            "There is no room left to keep this. Nothing was changed.".into(),
            Some(error.to_string()),
        ),
        Failure::Again | Failure::Unavailable => unavailable(error.to_string()),
        Failure::Ours => inside(error.to_string()),
    }
}

fn unavailable(detail: String) -> Parts {
    (
        StatusCode::SERVICE_UNAVAILABLE,
        "The data cannot be reached now. Please try again.".into(),
        Some(detail),
    )
}

fn inside(detail: String) -> Parts {
    (
        StatusCode::INTERNAL_SERVER_ERROR,
        "Something broke inside. It has been written down.".into(),
        Some(detail),
    )
}
