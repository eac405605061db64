//! What a client learns when its request was not answered as it wished.

use std::collections::BTreeMap;
use std::error::Error;

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::openapi::{ContentBuilder, Ref, RefOr, ResponseBuilder};
use utoipa::{IntoResponses, ToSchema};

use crate::record::Problem;

// ANCHOR: app_error
/// Why a request was not answered as it wished.
#[derive(Debug)]
pub enum AppError {
    /// The client did something wrong, and learns what.
    Client(StatusCode, String),
    /// The body can be read, but it is not what was asked for.
    Invalid(Vec<Problem>),
    /// Something broke in here. That is for our eyes: the client learns only that it did.
    Inside(Box<dyn Error + Send + Sync>),
}

/// The body of a refusal, in one sentence.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Refused {
    pub detail: String,
}

/// The body of a 422: everything that is wrong.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Invalid {
    pub detail: Vec<Problem>,
}
// ANCHOR_END: app_error

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        let (status, detail) = match self {
            AppError::Client(status, detail) => (status, detail),
            AppError::Invalid(detail) => {
                let body = Json(Invalid { detail });
                return (StatusCode::UNPROCESSABLE_ENTITY, body).into_response();
            }
            AppError::Inside(error) => {
                eprintln!("A request failed in here: {error}.");
                let detail = "Something went wrong on this side.".to_string();
                (StatusCode::INTERNAL_SERVER_ERROR, detail)
            }
        };
        (status, Json(Refused { detail })).into_response()
    }
}

impl AppError {
    pub fn new(status: StatusCode, detail: impl Into<String>) -> AppError {
        AppError::Client(status, detail.into())
    }
}

// `?` in a handler turns what went wrong into an AppError by one of these.

impl From<Vec<Problem>> for AppError {
    fn from(problems: Vec<Problem>) -> AppError {
        AppError::Invalid(problems)
    }
}

impl From<Box<dyn Error + Send + Sync>> for AppError {
    fn from(error: Box<dyn Error + Send + Sync>) -> AppError {
        AppError::Inside(error)
    }
}

// ANCHOR: into_responses
/// What a handler that reads a body may answer besides what it promises, for the documentation.
impl IntoResponses for AppError {
    fn responses() -> BTreeMap<String, RefOr<utoipa::openapi::Response>> {
        [
            ("400", "The body is no text, or broke off", "Refused"),
            ("408", "The body did not come in time", "Refused"),
            ("409", "There is an item of that name", "Refused"),
            ("413", "The body is too large", "Refused"),
            ("415", "The body is of another media type", "Refused"),
            ("422", "What is wrong, and where", "Invalid"),
        ]
        .into_iter()
        .map(|(status, description, body)| {
            let content = ContentBuilder::new()
                .schema(Some(Ref::from_schema_name(body)))
                .build();
            let response = ResponseBuilder::new()
                .description(description)
                .content("application/json", content);
            (status.to_string(), RefOr::T(response.build()))
        })
        .collect()
    }
}
// ANCHOR_END: into_responses
