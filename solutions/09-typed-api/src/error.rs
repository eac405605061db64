//! What a client learns when its request was not answered as it wished.

use axum::Json;
use axum::extract::FromRequestParts;
use axum::extract::rejection::PathRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::{IntoResponses, ToSchema};

use crate::read::Problem;

pub enum AppError {
    /// A status, and a sentence for the person at the other end.
    Refused(StatusCode, String),
    /// It can be read, but it is not what was asked for.
    Invalid(Vec<Problem>),
}

pub type Result<T> = std::result::Result<T, AppError>;

pub fn refused(status: StatusCode, detail: impl Into<String>) -> AppError {
    AppError::Refused(status, detail.into())
}

/// The body of a refusal, in one sentence
#[derive(Serialize, ToSchema)]
pub struct Refusal {
    detail: String,
}

/// The body of a 422: everything that is wrong
#[derive(Serialize, ToSchema)]
pub struct Problems {
    detail: Vec<Problem>,
}

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        match self {
            AppError::Refused(status, detail) => (status, Json(Refusal { detail })).into_response(),
            AppError::Invalid(detail) => {
                let problems = Json(Problems { detail });
                (StatusCode::UNPROCESSABLE_ENTITY, problems).into_response()
            }
        }
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

// In the documentation: what an operation may answer besides what it promises.

/// There is no such tea
#[derive(IntoResponses)]
#[response(status = 404)]
pub struct NotFound(#[expect(dead_code)] Refusal);

/// There is a tea of that name
#[derive(IntoResponses)]
#[response(status = 409)]
pub struct Conflict(#[expect(dead_code)] Refusal);

/// What is wrong, and where
#[derive(IntoResponses)]
#[response(status = 422)]
pub struct Wrong(#[expect(dead_code)] Problems);
