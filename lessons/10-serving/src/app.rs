//! The application: two pages for those who watch over this process, and the folder. Around them,
//! what every request goes through.

use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, HttpBody};
use axum::extract::{Request, State};
use axum::http::header::{CONNECTION, ETAG, HOST, HeaderValue, X_CONTENT_TYPE_OPTIONS};
use axum::http::{Extensions, HeaderMap, Method, StatusCode, Version};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use tokio::time::timeout;
use tower_http::compression::CompressionLayer;
use tower_http::timeout::TimeoutLayer;
use tracing::info;

use crate::error::{AppError, Result, bad_request};
use crate::files;
use crate::folder::Folder;
use crate::settings::{Log, Settings};
use crate::stop::{Phase, Stop};

/// No request here needs a body. That many bytes of one are read and thrown away.
const BODY_LIMIT: usize = 64 * 1024;

pub fn app(folder: Folder, settings: &Settings, stop: &Stop) -> Router {
    let late = StatusCode::SERVICE_UNAVAILABLE;
    Router::new()
        .route("/.health", get(async || "alive\n"))
        .route("/.ready", get(ready).with_state(stop.clone()))
        .fallback(files::answer)
        .method_not_allowed_fallback(method_not_allowed)
        .with_state(Arc::new(folder))
        // The last layer is the outermost: the first that a request meets.
        .layer(TimeoutLayer::with_status_code(late, settings.patience))
        .layer(CompressionLayer::new().compress_when(has_weak_etag))
        .layer(from_fn_with_state(settings.patience, refuse))
        .layer(from_fn(log_and_finish))
}

/// "Alive" is for the program that starts us again if we are not; "ready" for the one that sends us
/// requests. A server that is about to stop is alive, and not ready.
async fn ready(State(stop): State<Stop>) -> (StatusCode, &'static str) {
    match stop.phase() {
        Phase::Ready => (StatusCode::OK, "ready\n"),
        _ => (StatusCode::SERVICE_UNAVAILABLE, "stopping\n"),
    }
}

async fn method_not_allowed(method: Method) -> AppError {
    AppError::MethodNotAllowed(method)
}

/// A weak ETag says that these bytes may go out in another form: see `files::send`.
fn has_weak_etag(status: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions) -> bool {
    let etag = headers.get(ETAG);
    status == StatusCode::OK && etag.is_some_and(|etag| etag.as_bytes().starts_with(b"W/"))
}

/// Refuses what is not a proper request, and reads a body to its end: what follows is the next
/// request.
async fn refuse(State(patience): State<Duration>, request: Request, next: Next) -> Response {
    let (head, body) = request.into_parts();
    let read = match head.version == Version::HTTP_11 && !has_one_host(&head.headers) {
        true => Err(bad_request("A request names its host, once.")),
        false => read_to_end(body, patience).await,
    };
    match read {
        Ok(()) => next.run(Request::from_parts(head, Body::empty())).await,
        // What is left of the body must not be read as the next request.
        Err(refusal) => ([(CONNECTION, "close")], refusal).into_response(),
    }
}

/// RFC 9112, section 3.2: exactly one Host, of characters that a host and a port may have.
fn has_one_host(headers: &HeaderMap) -> bool {
    let mut hosts = headers.get_all(HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else {
        return false;
    };
    let allowed = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~:[]%!$&'()*+,;=".contains(byte);
    host.as_bytes().iter().all(allowed)
}

async fn read_to_end(body: Body, patience: Duration) -> Result<()> {
    let refused = |status, reason| Err(AppError::Refused(status, reason));
    let too_large = || refused(StatusCode::PAYLOAD_TOO_LARGE, "A body may have 64 KiB.");
    // It says itself that it is too large: refused before it is sent.
    if body.size_hint().lower() > BODY_LIMIT as u64 {
        return too_large();
    }
    match timeout(patience, Limited::new(body, BODY_LIMIT).collect()).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => too_large(),
        Ok(Err(_)) => Err(bad_request("The body broke off, or is malformed.")),
        Err(_) => refused(
            StatusCode::REQUEST_TIMEOUT,
            "The body did not come in time.",
        ),
    }
}

/// The outermost layer: notes what was asked and what was answered.
async fn log_and_finish(request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let (method, uri) = (request.method().clone(), request.uri().clone());
    let mut response = next.run(request).await;
    // Believe our Content-Type: do not guess a script where we said text.
    let nosniff = HeaderValue::from_static("nosniff");
    let headers = response.headers_mut();
    headers.insert(X_CONTENT_TYPE_OPTIONS, nosniff);
    let ms = begun.elapsed().as_micros() as f64 / 1000.0;
    // Text is written in quotes and escaped: no client can write a line of its own.
    let (path, status) = (uri.path(), response.status().as_u16());
    info!(%method, path, status, ms);
    response
}

/// Where `tracing` writes what it is told.
pub fn log_to_stderr(log: Log) {
    let lines = tracing_subscriber::fmt().with_writer(io::stderr);
    match log {
        Log::Text => lines.with_ansi(false).with_target(false).init(),
        Log::Json => lines.json().flatten_event(true).init(),
        Log::Off => {}
    }
}
