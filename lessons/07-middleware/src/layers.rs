//! The layers of the onion, and their order.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Instant;

use anyhow::Context;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, HOST};
use axum::http::uri::Authority;
use axum::http::{HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use tracing::{Instrument, error};

use crate::log::{self, X_REQUEST_ID};
use crate::service::{Middleware, Service, at_once};

/// The stack, outermost first. `catch_errors` is inside of what adds
/// headers and logs: a 500 has those headers, and a line in the log.
const LAYERS: &[(&str, Middleware)] = &[
    ("request_id", request_id),
    ("access_log", access_log),
    ("security_headers", security_headers),
    ("catch_errors", catch_errors),
    ("host_check", host_check),
    ("trailing_slash", trailing_slash),
    ("method_override", method_override),
    ("shout", shout),
];

/// The layers with these names, separated by commas: none for an empty list, all for no list.
pub fn named(names: Option<String>) -> anyhow::Result<Vec<Middleware>> {
    let Some(names) = names else {
        return Ok(LAYERS.iter().map(|(_, layer)| *layer).collect());
    };
    let names = names.split(',').filter(|name| !name.is_empty());
    let layer = |wanted| {
        let found = LAYERS.iter().find(|(name, _)| *name == wanted);
        let layer = found.map(|(_, layer)| *layer);
        layer.with_context(|| format!("LAYERS has no layer {wanted:?}"))
    };
    names.map(layer).collect()
}

/// Before: give the request an id, or keep the one that it has.
/// After: send it back.
pub fn request_id(next: Service) -> Service {
    Arc::new(move |mut request| {
        let sent = request.headers().get(X_REQUEST_ID).cloned();
        let id = sent.filter(is_id).unwrap_or_else(new_id);
        request.headers_mut().insert(X_REQUEST_ID, id.clone());
        let answer = next(request);
        async move {
            let response = answer.await;
            ([(X_REQUEST_ID, id)], response).into_response()
        }
        .boxed()
    })
}

/// It will be in our log, so not every text will do.
pub fn is_id(id: &HeaderValue) -> bool {
    let allowed = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_".contains(byte);
    (1..=64).contains(&id.len()) && id.as_bytes().iter().all(allowed)
}

/// Sixteen digits. An id is no secret: a quick generator will do.
pub fn new_id() -> HeaderValue {
    fastrand::u64(1_000_000_000_000_000..10_000_000_000_000_000).into()
}

/// Before: look at the clock. After: a line for us, and `Server-Timing` for the browser, which
/// shows it among its developer tools.
pub fn access_log(next: Service) -> Service {
    Arc::new(move |request| {
        let began = Instant::now();
        let span = log::span(&request);
        let answer = span.in_scope(|| next(request));
        async move {
            let response = answer.await;
            let took = began.elapsed();
            log::answered(response.status(), took);
            let timing = format!("app;dur={:.1}", took.as_secs_f64() * 1000.0);
            ([("server-timing", timing)], response).into_response()
        }
        .instrument(span)
        .boxed()
    })
}

/// What a browser is told not to do with our pages.
pub const SECURITY_HEADERS: [(&str, &str); 4] = [
    // Believe our Content-Type: do not guess a script where we said text.
    ("x-content-type-options", "nosniff"),
    // Do not tell other sites from which of our pages a visitor came.
    ("referrer-policy", "same-origin"),
    // A window of another site, which we opened or which opened us, gets no hold of this one.
    ("cross-origin-opener-policy", "same-origin"),
    // Do not show us in a frame, where another site could lay its buttons over ours.
    ("x-frame-options", "DENY"),
];

/// After: add each of them, unless the page has set it itself.
pub fn security_headers(next: Service) -> Service {
    Arc::new(move |request| {
        let answer = next(request);
        async move {
            let mut response = answer.await;
            for (name, value) in SECURITY_HEADERS {
                let header = response.headers_mut().entry(name);
                header.or_insert(HeaderValue::from_static(value));
            }
            response
        }
        .boxed()
    })
}

pub const INTERNAL_ERROR: (StatusCode, &str) =
    (StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error\n");

/// After: a panic becomes a 500 that says nothing. The log says more.
pub fn catch_errors(next: Service) -> Service {
    Arc::new(move |request| {
        let next = Arc::clone(&next);
        // The block holds the call as well as the wait: both may panic.
        let answer = async move { next(request).await };
        async move {
            match AssertUnwindSafe(answer).catch_unwind().await {
                Ok(response) => response,
                Err(_panic) => at_once(INTERNAL_ERROR).await,
            }
        }
        .boxed()
    })
}

pub const BAD_HOST: (StatusCode, &str) = (StatusCode::BAD_REQUEST, "Bad Host\n");

const OURS: [&str; 2] = ["127.0.0.1", "localhost"];

/// Before: refuse what is meant for somebody else. No page sees it.
pub fn host_check(next: Service) -> Service {
    Arc::new(move |request| match is_ours(&request) {
        true => next(request),
        false => at_once(BAD_HOST),
    })
}

/// Exactly one Host, and it is on the list; a target such as `http://localhost/` names one too.
pub fn is_ours(request: &Request) -> bool {
    let ours = |host: &Authority| OURS.contains(&host.host().to_ascii_lowercase().as_str());
    let mut hosts = request.headers().get_all(HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else {
        return false;
    };
    let host = Authority::try_from(host.as_bytes());
    host.is_ok_and(|host| ours(&host)) && request.uri().authority().is_none_or(ours)
}

/// Before: change the request. The page is found as if `/hello` had been asked for.
pub fn trailing_slash(next: Service) -> Service {
    Arc::new(move |mut request| {
        let (path, query) = (request.uri().path(), request.uri().query());
        let trimmed = path.trim_matches('/');
        if path.len() > trimmed.len() + 1 {
            let query = query.map(|query| format!("?{query}")).unwrap_or_default();
            let target = format!("/{trimmed}{query}").parse();
            *request.uri_mut() = target.expect("it is a part of one that was parsed");
        }
        next(request)
    })
}

/// Before: a POST may ask to be taken for a PUT, a PATCH or a DELETE. A GET may not: links and
/// images cause GETs, and those must change nothing.
pub fn method_override(next: Service) -> Service {
    Arc::new(move |request| next(overridden(request)))
}

pub fn overridden(mut request: Request) -> Request {
    if request.method() == Method::POST
        && let Some(wanted) = request.headers().get("x-http-method-override")
        && let Ok(method) = Method::from_bytes(&wanted.as_bytes().to_ascii_uppercase())
        && [Method::PUT, Method::PATCH, Method::DELETE].contains(&method)
    {
        *request.method_mut() = method;
    }
    request
}

/// After: with `X-Shout: 1`, plain text goes out in capitals.
pub fn shout(next: Service) -> Service {
    Arc::new(move |request| match wants_capitals(&request) {
        true => next(request).then(in_capitals).boxed(),
        false => next(request),
    })
}

/// The answer to HEAD has no body: there is nothing to change, and no length to count.
pub fn wants_capitals(request: &Request) -> bool {
    let wish = request.headers().get("x-shout");
    wish.is_some_and(|wish| wish == "1") && request.method() != Method::HEAD
}

/// The largest body that is held to be changed, in bytes.
const LARGEST: usize = 1024 * 1024;

/// The body changes its length (`ı` has two bytes, `I` has one), so the old Content-Length must go.
pub async fn in_capitals(response: Response) -> Response {
    let media_type = response.headers().get(CONTENT_TYPE);
    if !media_type.is_some_and(|value| value.as_bytes().starts_with(b"text/plain")) {
        return response;
    }
    let (mut head, body) = response.into_parts();
    let Ok(body) = to_bytes(body, LARGEST).await else {
        error!("a body was longer than {LARGEST} bytes, or broke off");
        return at_once(INTERNAL_ERROR).await;
    };
    let body = String::from_utf8_lossy(&body).to_uppercase();
    head.headers.insert(CONTENT_LENGTH, body.len().into());
    Response::from_parts(head, Body::from(body))
}
