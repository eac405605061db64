//! What a client learns when its request was not answered as it wished.

use axum::extract::FromRequest;
use axum::extract::rejection::{FormRejection, JsonRejection};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::{Form, Json};
use serde_json::json;

/// A status, and the reason.
pub struct AppError(pub StatusCode, pub String);

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        let AppError(status, reason) = self;
        (status, Json(json!({ "error": reason }))).into_response()
    }
}

/// axum's `Json`, which refuses a request with an `AppError`.
#[derive(FromRequest)]
#[from_request(via(Json), rejection(AppError))]
pub struct AppJson<T>(pub T);

/// axum's `Form`, which refuses a request with an `AppError`.
#[derive(FromRequest)]
#[from_request(via(Form), rejection(AppError))]
pub struct AppForm<T>(pub T);

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
        // What broke is for our eyes. The client learns only that something did.
        eprintln!("A page could not be made: {error}");
        let reason = "Something went wrong on this side.";
        AppError(StatusCode::INTERNAL_SERVER_ERROR, reason.into())
    }
}
