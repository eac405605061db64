//! What a client learns when its request was not answered as it wished.

use axum::Json;
use axum::extract::FromRequestParts;
use axum::extract::rejection::PathRejection;
use axum::http::StatusCode;
use axum::http::header::WWW_AUTHENTICATE;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoResponses, ToSchema};

use crate::read::Problem;

/// Why a request was not answered as it wished.
#[derive(Debug)]
pub enum AppError {
    /// The client did something wrong, and learns what.
    Refused(StatusCode, String),
    /// It can be read, but it is not what was asked for.
    Invalid(Vec<Problem>),
    /// Something broke in here. That is for our eyes: the client learns only that it did.
    Broken(anyhow::Error),
}

pub type Result<T> = std::result::Result<T, AppError>;

/// The body of a refusal, in one sentence
#[derive(Serialize, ToSchema)]
pub struct Refusal {
    detail: String,
}

/// The body of a 422: everything that is wrong
#[derive(Serialize, Deserialize, ToSchema)]
pub struct Problems {
    detail: Vec<Problem>,
}

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        let (status, detail) = match self {
            AppError::Refused(status, detail) => (status, detail),
            AppError::Invalid(detail) => {
                let problems = Json(Problems { detail });
                return (StatusCode::UNPROCESSABLE_ENTITY, problems).into_response();
            }
            AppError::Broken(error) => {
                eprintln!("A request failed in here: {error:#}");
                (
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "Something went wrong on this side.".into(),
                )
            }
        };
        // RFC 9110, section 15.5.2: a 401 says what would do.
        let how = (status == StatusCode::UNAUTHORIZED).then_some([(WWW_AUTHENTICATE, "Bearer")]);
        (status, how, Json(Refusal { detail })).into_response()
    }
}

// `?` turns what went wrong into an AppError by one of these.

impl From<anyhow::Error> for AppError {
    fn from(error: anyhow::Error) -> AppError {
        AppError::Broken(error)
    }
}

/// axum's `Path`, which refuses a request with an `AppError`: what is not text names nothing here.
#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Path), rejection(AppError))]
pub struct Path<T>(pub T);

impl From<PathRejection> for AppError {
    fn from(rejection: PathRejection) -> AppError {
        refused(StatusCode::NOT_FOUND, rejection.body_text())
    }
}

pub fn refused(status: StatusCode, detail: impl Into<String>) -> AppError {
    AppError::Refused(status, detail.into())
}

// In the documentation: what an operation may answer besides what it promises.

/// The token is missing, or it is another
#[derive(IntoResponses)]
#[response(status = 401)]
pub struct NotAllowed(#[expect(dead_code)] Refusal);

/// There is no such item
#[derive(IntoResponses)]
#[response(status = 404)]
pub struct NotFound(#[expect(dead_code)] Refusal);

/// There is an item of that name, or the path says another name than the body
#[derive(IntoResponses)]
#[response(status = 409)]
pub struct Conflict(#[expect(dead_code)] Refusal);

/// What is wrong, and where
#[derive(IntoResponses)]
#[response(status = 422)]
pub struct Wrong(#[expect(dead_code)] Problems);

/// The store failed
#[derive(IntoResponses)]
#[response(status = 500)]
pub struct Broken(#[expect(dead_code)] Refusal);

#[derive(IntoResponses)]
pub enum Unreadable {
    /// The body broke off, or is not UTF-8
    #[response(status = 400)]
    NotText(Refusal),
    /// The body is too long
    #[response(status = 413)]
    TooLong(Refusal),
    /// The body is of another media type
    #[response(status = 415)]
    OtherType(Refusal),
}
