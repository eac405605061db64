//! The application: two pages for those who watch over this process, and the folder. Around them,
//! what every request goes through.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::HttpBody;
use axum::extract::{Request, State};
use axum::http::header::{
    CONTENT_ENCODING, CONTENT_TYPE, ETAG, HOST, HeaderValue, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{Extensions, HeaderMap, StatusCode, Version};
use axum::middleware::{Next, from_fn, from_fn_with_state, map_response};
use axum::response::Response;
use axum::routing::get;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use tokio::time::timeout;
use tower_http::compression::CompressionLayer;
use tower_http::timeout::TimeoutLayer;

use crate::error::AppError;
use crate::files;
use crate::folder::Folder;
use crate::log::access_log;
use crate::settings::Settings;
use crate::stop::{Phase, Stop};
use crate::types::is_text;

/// No request here needs a body. So much of one is read and thrown away.
const BODY_LIMIT: usize = 64 * 1024;

// ANCHOR: app
pub fn app(folder: Folder, settings: &Settings, stop: &Stop) -> Router {
    let late = StatusCode::SERVICE_UNAVAILABLE;
    Router::new()
        .route("/.health", get(async || "alive\n"))
        .route("/.ready", get(ready).with_state(stop.clone()))
        .fallback(files::answer)
        .method_not_allowed_fallback(async |request: Request| {
            AppError::MethodNotAllowed(request.method().clone())
        })
        .with_state(Arc::new(folder))
        // The last layer is the outermost: the first that a request meets.
        .layer(TimeoutLayer::with_status_code(late, settings.patience))
        .layer(CompressionLayer::new().compress_when(is_worth_it))
        .layer(from_fn_with_state(settings.patience, refuse))
        .layer(map_response(finish))
        .layer(from_fn(access_log))
}

/// "Alive" is for the one who starts us again if we are not; "ready" for the one who sends us
/// requests. A server that stops is alive, and not ready.
async fn ready(State(stop): State<Stop>) -> (StatusCode, &'static str) {
    match stop.phase() {
        Phase::Ready => (StatusCode::OK, "ready\n"),
        _ => (StatusCode::SERVICE_UNAVAILABLE, "stopping\n"),
    }
}
// ANCHOR_END: app

/// Small things grow, and a part of a file cannot be compressed on its own (the layer knows that).
fn is_worth_it(_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions) -> bool {
    let media_type = headers.get(CONTENT_TYPE);
    let media_type = media_type.and_then(|value| value.to_str().ok());
    let media_type = media_type.and_then(|value| value.split(';').next());
    let length = headers.get(axum::http::header::CONTENT_LENGTH);
    let length = length.and_then(|value| value.to_str().ok()?.parse().ok());
    media_type.is_some_and(is_text) && length.is_none_or(|length: u64| length > 256)
}

// ANCHOR: finish
/// What every response gets.
async fn finish(mut response: Response) -> Response {
    let headers = response.headers_mut();
    // Believe our Content-Type: do not guess a script where we said text.
    let nosniff = HeaderValue::from_static("nosniff");
    headers.insert(X_CONTENT_TYPE_OPTIONS, nosniff);
    // Compressed, it is not the same bytes any more: `W/` says that the ETag stands for the
    // meaning only. No part of one can be put together with a part of the other.
    if headers.contains_key(CONTENT_ENCODING)
        && let Some(etag) = headers.get(ETAG).and_then(|etag| etag.to_str().ok())
        && let Ok(weak) = HeaderValue::try_from(format!("W/{etag}"))
    {
        headers.insert(ETAG, weak);
    }
    response
}
// ANCHOR_END: finish

// ANCHOR: refuse
/// Refuses what is no proper request, and reads a body to its end, so that what follows it is
/// the next request.
async fn refuse(
    State(patience): State<Duration>,
    request: Request,
    next: Next,
) -> Result<Response, AppError> {
    if request.version() == Version::HTTP_11 && !has_one_host(request.headers()) {
        return Err(AppError::BadRequest("A request names its host, once."));
    }
    let (head, body) = request.into_parts();
    if !body.is_end_stream() {
        // It says itself that it is too large: refused before it is sent.
        if body.size_hint().lower() > BODY_LIMIT as u64 {
            return Err(AppError::BodyTooLarge(BODY_LIMIT));
        }
        match timeout(patience, Limited::new(body, BODY_LIMIT).collect()).await {
            Ok(Ok(_)) => {}
            Ok(Err(error)) if error.is::<LengthLimitError>() => {
                return Err(AppError::BodyTooLarge(BODY_LIMIT));
            }
            Ok(Err(_)) => return Err(AppError::BadRequest("The body broke off, or is malformed.")),
            Err(_) => return Err(AppError::BodyTimeout),
        }
    }
    Ok(next
        .run(Request::from_parts(head, Default::default()))
        .await)
}
// ANCHOR_END: refuse

/// RFC 9112, section 3.2: exactly one Host, of characters that a host and a port may have.
fn has_one_host(headers: &HeaderMap) -> bool {
    let mut hosts = headers.get_all(HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else {
        return false;
    };
    let allowed = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~:[]%!$&'()*+,;=".contains(byte);
    host.as_bytes().iter().all(allowed)
}
