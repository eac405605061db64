//! Whatever breaks inside becomes an answer.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;

use crate::service::{Service, at_once};

/// What a panic said. It travels with the response as far as the log; no client sees it.
#[derive(Clone)]
pub struct Panic(pub String);

// ANCHOR: catch_errors
/// After: a panic becomes a 500 that says nothing. What happened is for the log.
pub fn catch_errors(next: Service) -> Service {
    Arc::new(move |request| {
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

fn failed(panic: Box<dyn Any + Send>) -> Response {
    let mut response = internal_error();
    let said = Panic(said(&*panic).to_string());
    response.extensions_mut().insert(said);
    response
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
