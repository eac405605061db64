//! What a client learns when its request was not answered as it wished.

use std::io;

use axum::http::header::{ALLOW, CONNECTION, CONTENT_RANGE, HeaderName};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::response::{Html, IntoResponse, Response};

/// Why a request was not answered as it wished.
#[derive(Debug)]
pub enum AppError {
    BadRequest(&'static str),
    /// Nothing is there, or nothing for visitors: which of the two is our business.
    NotFound,
    MethodNotAllowed(Method),
    /// The file has only so many bytes.
    RangeNotSatisfiable(u64),
    PreconditionFailed,
    BodyTooLarge(usize),
    BodyTimeout,
    /// Something broke in here. That is for our eyes: the client learns only that it did.
    Inside(io::Error),
}

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        let (status, reason) = match &self {
            AppError::BadRequest(reason) => (StatusCode::BAD_REQUEST, reason.to_string()),
            AppError::NotFound => (StatusCode::NOT_FOUND, "There is no such file.".into()),
            AppError::MethodNotAllowed(method) => {
                let reason = format!("A file is asked for by GET or HEAD, not by {method}.");
                (StatusCode::METHOD_NOT_ALLOWED, reason)
            }
            AppError::RangeNotSatisfiable(length) => {
                let reason = format!("The file has {length} bytes, none of them in that range.");
                (StatusCode::RANGE_NOT_SATISFIABLE, reason)
            }
            AppError::PreconditionFailed => {
                let reason = "The file is not in the state that the request relies on.";
                (StatusCode::PRECONDITION_FAILED, reason.into())
            }
            AppError::BodyTooLarge(limit) => {
                let reason = format!("A body may have {limit} bytes.");
                (StatusCode::PAYLOAD_TOO_LARGE, reason)
            }
            AppError::BodyTimeout => {
                let reason = "The body did not come in time.";
                (StatusCode::REQUEST_TIMEOUT, reason.into())
            }
            AppError::Inside(error) => {
                tracing::error!(%error, "a request failed in here");
                let reason = "Something went wrong on this side.";
                (StatusCode::INTERNAL_SERVER_ERROR, reason.into())
            }
        };
        (status, self.header(), page(status, &reason)).into_response()
    }
}

impl AppError {
    /// The header that belongs to a status.
    fn header(&self) -> Option<[(HeaderName, HeaderValue); 1]> {
        let (name, value) = match self {
            AppError::MethodNotAllowed(_) => (ALLOW, HeaderValue::from_static("GET, HEAD")),
            AppError::RangeNotSatisfiable(length) => {
                let value = HeaderValue::try_from(format!("bytes */{length}"));
                (CONTENT_RANGE, value.expect("digits can stand in a header"))
            }
            // The rest of that body must not be read as the next request.
            AppError::BodyTooLarge(_) | AppError::BodyTimeout => {
                (CONNECTION, HeaderValue::from_static("close"))
            }
            _ => return None,
        };
        Some([(name, value)])
    }
}

/// Every reason is ours, but for a method, which holds no markup.
fn page(status: StatusCode, reason: &str) -> Html<String> {
    let reason = html_escape::encode_text(reason);
    Html(format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
         <title>{status}</title>\n<h1>{status}</h1>\n<p>{reason}</p>\n</html>\n"
    ))
}
