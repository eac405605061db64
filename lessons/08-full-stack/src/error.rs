//! Why a request was not done. `middleware::problems` makes a page of it, or JSON.

use std::error::Error;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use sea_orm::DbErr;

/// A status, and the reason in words for the client.
#[derive(Debug)]
pub struct AppError(pub StatusCode, pub String);

impl AppError {
    pub fn not_found() -> AppError {
        AppError(StatusCode::NOT_FOUND, "There is no such page.".into())
    }

    pub fn forbidden(reason: &str) -> AppError {
        AppError(StatusCode::FORBIDDEN, reason.into())
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
        match cause.downcast_ref::<DbErr>() {
            Some(DbErr::RecordNotUpdated) => return AppError::not_found(),
            // A name was taken, or a row deleted, by someone who came between.
            Some(error) if error.sql_err().is_some() => {
                let reason = "Other rows stand against it: one refers to this, or is like it.";
                return AppError(StatusCode::CONFLICT, reason.into());
            }
            _ => {}
        }
        eprintln!("500: {error}");
        let reason = "Something went wrong on this side.";
        AppError(StatusCode::INTERNAL_SERVER_ERROR, reason.into())
    }
}
