//! What a client learns when its request was not answered as it wished.

use axum::Json;
use axum::extract::rejection::{FormRejection, JsonRejection, PathRejection};
use axum::extract::{FromRequest, FromRequestParts, Path};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// A status, and the reason.
pub struct AppError(pub StatusCode, pub String);

impl AppError {
    pub fn no_order(id: u64) -> AppError {
        AppError(StatusCode::NOT_FOUND, format!("There is no order {id}."))
    }
}

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        let AppError(status, reason) = self;
        (status, Json(json!({ "error": reason }))).into_response()
    }
}

/// axum's `Path`, which refuses a request with an `AppError`.
#[derive(FromRequestParts)]
#[from_request(via(Path), rejection(AppError))]
pub struct AppPath<T>(pub T);

/// axum's `Json`, which refuses a request with an `AppError`.
#[derive(FromRequest)]
#[from_request(via(Json), rejection(AppError))]
pub struct AppJson<T>(pub T);

impl From<PathRejection> for AppError {
    fn from(rejection: PathRejection) -> AppError {
        AppError(rejection.status(), rejection.body_text())
    }
}

impl From<JsonRejection> for AppError {
    fn from(rejection: JsonRejection) -> AppError {
        AppError(rejection.status(), rejection.body_text())
    }
}

impl From<FormRejection> for AppError {
    fn from(rejection: FormRejection) -> AppError {
        AppError(rejection.status(), rejection.body_text())
    }
}

impl From<minijinja::Error> for AppError {
    fn from(error: minijinja::Error) -> AppError {
        eprintln!("A page could not be made: {error}");
        let reason = "Something went wrong on this side.";
        AppError(StatusCode::INTERNAL_SERVER_ERROR, reason.into())
    }
}
