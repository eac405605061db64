//! The log: one line for each request, on standard error.

use std::panic;
use std::time::Duration;

use axum::extract::Request;
use axum::http::{HeaderName, StatusCode};
use tracing::{Span, error, info, info_span};

pub const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Sends all events to standard error, one line each. Panics too: else std's own hook would
/// print them there, in a form of its own, and could not say which request it was.
pub fn start() {
    let log = tracing_subscriber::fmt().with_writer(std::io::stderr);
    log.with_target(false).init();
    panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(tracing::field::display);
        error!(place, panic = panic.payload_as_str());
    }));
}

/// The span of a request: what happens in it is logged with these fields in front.
/// `%` writes a value as it is. Text is quoted, and a line break in it escaped.
pub fn span(request: &Request) -> Span {
    let id = request.headers().get(X_REQUEST_ID);
    let id = id.and_then(|id| id.to_str().ok());
    info_span!("request", id, method = %request.method(), path = request.uri().path())
}

/// The line of a request that has been answered.
pub fn answered(status: StatusCode, took: Duration) {
    let ms = took.as_micros() as f64 / 1000.0;
    info!(status = status.as_u16(), ms);
}
