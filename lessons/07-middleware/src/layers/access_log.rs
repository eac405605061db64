//! A line for each request, and how long it took.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::http::{HeaderName, HeaderValue};
use futures_util::FutureExt;

use super::{Panic, X_REQUEST_ID};
use crate::log;
use crate::service::Service;

const SERVER_TIMING: HeaderName = HeaderName::from_static("server-timing");

/// Room for most lines, in bytes, so that a line need not move while it grows.
const MOST_LINES: usize = 160;

// ANCHOR: access_log
/// Before: look at the clock. After: a line for us, and `Server-Timing` for the browser, which
/// shows it among its developer tools.
pub fn access_log(next: Service) -> Service {
    log::start();
    Arc::new(move |request| {
        let began = Instant::now();
        let (method, path) = (request.method().as_str(), request.uri().path());
        let mut line = String::with_capacity(MOST_LINES);
        // As it was sent, not decoded: a line break in here would be a second line in the log.
        for part in ["method=", method, " path=", path] {
            line += part;
        }
        let answer = next(request);
        async move {
            let mut response = answer.await;
            let timing = timing(began.elapsed());
            let (_, ms) = timing.split_at("app;dur=".len());
            let id = response.headers().get(X_REQUEST_ID);
            let id = id.and_then(|id| id.to_str().ok()).unwrap_or("-");
            let status = response.status();
            for part in [" status=", status.as_str(), " ms=", ms, " id=", id] {
                line += part;
            }
            // `catch_errors` leaves it here. `{:?}` keeps a text of several lines in one.
            if let Some(Panic(said)) = response.extensions().get() {
                line += &format!(" panic={said:?}");
            }
            log::line(&line);
            if let Ok(timing) = HeaderValue::try_from(timing) {
                response.headers_mut().insert(SERVER_TIMING, timing);
            }
            response
        }
        .boxed()
    })
}
// ANCHOR_END: access_log

/// In milliseconds, with one decimal place: `app;dur=0.3`.
fn timing(time: Duration) -> String {
    let tenths = time.as_secs() * 10_000 + u64::from(time.subsec_micros() / 100);
    let (mut whole, mut tenth) = (itoa::Buffer::new(), itoa::Buffer::new());
    let (whole, tenth) = (whole.format(tenths / 10), tenth.format(tenths % 10));
    ["app;dur=", whole, ".", tenth].concat()
}
