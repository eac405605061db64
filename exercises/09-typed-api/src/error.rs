//! The one type of error: whatever fails on a request's way becomes this, and this becomes the answer.

use axum::Json;
use axum::extract::rejection::{JsonRejection, PathRejection};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::record::Problem;

pub enum AppError {
    /// A status, and a sentence for the person at the other end.
    Client(StatusCode, String),
    /// The body can be read, but it is not what was asked for.
    Invalid(Vec<Problem>),
}

/// The body of a refusal, in one sentence.
#[derive(Serialize, ToSchema)]
pub struct Refused {
    pub detail: String,
}

/// The body of a 422: everything that is wrong.
#[derive(Serialize, ToSchema)]
pub struct Invalid {
    pub detail: Vec<Problem>,
}

impl AppError {
    pub fn new(status: StatusCode, detail: impl Into<String>) -> AppError {
        AppError::Client(status, detail.into())
    }

    pub fn no_tea(name: &str) -> AppError {
        let detail = format!("There is no tea of the name {name:?}.");
        AppError::new(StatusCode::NOT_FOUND, detail)
    }
}

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        match self {
            AppError::Client(status, detail) => (status, Json(Refused { detail })).into_response(),
            AppError::Invalid(detail) => {
                let body = Json(Invalid { detail });
                (StatusCode::UNPROCESSABLE_ENTITY, body).into_response()
            }
        }
    }
}

// `?` turns what went wrong into an AppError by one of these.

impl From<Vec<Problem>> for AppError {
    fn from(problems: Vec<Problem>) -> Self {
        AppError::Invalid(problems)
    }
}

impl From<PathRejection> for AppError {
    fn from(rejection: PathRejection) -> Self {
        AppError::new(rejection.status(), rejection.body_text())
    }
}

impl From<JsonRejection> for AppError {
    fn from(rejection: JsonRejection) -> Self {
        AppError::new(rejection.status(), rejection.body_text())
    }
}
