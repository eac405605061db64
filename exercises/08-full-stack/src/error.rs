//! Why a request was not done.

use std::error::Error;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use sea_orm::DbErr;

/// A status, and the reason in words for the client.
#[derive(Debug)]
pub struct AppError(pub StatusCode, pub String);

impl AppError {
    pub async fn not_found() -> AppError {
        AppError(StatusCode::NOT_FOUND, "There is no such page.".into())
    }

    pub async fn method_not_allowed() -> AppError {
        let reason = "This page does not answer that method.";
        AppError(StatusCode::METHOD_NOT_ALLOWED, reason.into())
    }
}

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        (self.0, self.1).into_response()
    }
}

/// What `?` makes of other errors. The log gets the cause; the client learns that something broke.
impl<E: Error + 'static> From<E> for AppError {
    fn from(error: E) -> AppError {
        let cause: &(dyn Error + 'static) = &error;
        let refused = cause.downcast_ref().and_then(DbErr::sql_err);
        if refused.is_some() {
            let reason = "Other rows stand against it: one refers to this, or is like it.";
            return AppError(StatusCode::CONFLICT, reason.into());
        }
        eprintln!("500: {error}");
        let reason = "Something went wrong on this side.";
        AppError(StatusCode::INTERNAL_SERVER_ERROR, reason.into())
    }
}
