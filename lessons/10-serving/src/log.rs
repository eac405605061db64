//! The log: a line for each request, as fields that a program can read.

use std::time::Instant;

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use tracing::info;
use tracing_appender::non_blocking::{NonBlockingBuilder, WorkerGuard};

use crate::settings::Log;

/// Lines that may wait to be written. Further ones are lost: a full disk must not stop the server.
const WAITING: usize = 100_000;

// ANCHOR: log
/// Sends what `tracing` is told to standard error, by a thread of its own. When the guard is
/// dropped, all is written.
pub fn start(log: Log) -> Option<WorkerGuard> {
    let waiting = NonBlockingBuilder::default().buffered_lines_limit(WAITING);
    let (writer, guard) = waiting.finish(std::io::stderr());
    let subscriber = tracing_subscriber::fmt().with_writer(writer);
    match log {
        Log::Text => subscriber.with_ansi(false).with_target(false).init(),
        Log::Json => subscriber.json().flatten_event(true).init(),
        Log::Off => return None,
    }
    Some(guard)
}

/// A middleware: notes what was asked and what was answered.
pub async fn access_log(request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let method = request.method().clone();
    let uri = request.uri().clone();
    let response = next.run(request).await;
    let ms = begun.elapsed().as_micros() as f64 / 1000.0;
    // Text is written in quotes and escaped: no client can write a line of its own.
    let (path, status) = (uri.path(), response.status().as_u16());
    info!(%method, path, status, ms);
    response
}
// ANCHOR_END: log
