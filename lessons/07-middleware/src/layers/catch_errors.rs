//! Whatever breaks inside becomes an answer.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;

use super::X_REQUEST_ID;
use crate::service::{Service, at_once};

// ANCHOR: catch_errors
/// After: a panic becomes a 500 that says nothing. What happened is for the log.
pub fn catch_errors(next: Service) -> Service {
    Arc::new(move |request| {
        let id = request.headers().get(X_REQUEST_ID).cloned();
        let failed = move |panic: Box<dyn Any + Send>| {
            let id = id.as_ref().and_then(|id| id.to_str().ok()).unwrap_or("-");
            eprintln!("id={id} panic={:?}", said(&*panic));
            internal_error()
        };
        // A service can panic twice over: while it is called, and while its answer is awaited.
        // ANCHOR: catch
        match catch_unwind(AssertUnwindSafe(|| next(request))) {
            Ok(answer) => AssertUnwindSafe(answer)
                .catch_unwind()
                .map(|answer| answer.unwrap_or_else(failed))
                .boxed(),
            Err(panic) => at_once(failed(panic)),
        }
        // ANCHOR_END: catch
    })
}
// ANCHOR_END: catch_errors

/// The text of a panic, if it has one.
fn said(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("something that is no text")
}

pub fn internal_error() -> Response {
    (StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error\n").into_response()
}
