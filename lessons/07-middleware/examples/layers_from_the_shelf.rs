//! The same site in the same stack, with the layers of tower-http.
//!
//! Run it: `cargo run -p lesson-07 --example layers_from_the_shelf`

#![forbid(unsafe_code)]

use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{self, HeaderName, HeaderValue};
use axum::middleware::{Next, from_fn, map_request};
use axum::response::{IntoResponse, Response};
use lesson_07::layers::{
    BAD_HOST, INTERNAL_ERROR, SECURITY_HEADERS, in_capitals, is_id, is_ours, new_id, overridden,
    wants_capitals,
};
use lesson_07::log::{self, X_REQUEST_ID};
use lesson_07::{serve::serve, session::secret_key, site::site};
use tower::ServiceBuilder;
use tower_http::ServiceBuilderExt;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::normalize_path::NormalizePathLayer;
use tower_http::request_id::{MakeRequestId, RequestId};
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::trace::TraceLayer;
use tower_http::validate_request::ValidateRequestHeaderLayer;
use tracing::Span;

#[tokio::main]
async fn main() {
    log::start();
    let served = async { serve(app()?).await };
    if let Err(problem) = served.await {
        eprintln!("{problem:#}");
        std::process::exit(2);
    }
}

/// The layers in the order of the hand-written stack, outermost first.
fn app() -> anyhow::Result<Router> {
    let [nosniff, referrer, opener, frames] = SECURITY_HEADERS.map(|(name, value)| {
        let value = HeaderValue::from_static(value);
        SetResponseHeaderLayer::if_not_present(HeaderName::from_static(name), value)
    });
    let log = TraceLayer::new_for_http()
        .make_span_with(log::span)
        .on_response(|response: &http::Response<_>, took: Duration, _: &Span| {
            log::answered(response.status(), took);
        })
        .on_failure(()); // it would log each 5xx a second time
    let catch = CatchPanicLayer::custom(|_| INTERNAL_ERROR.into_response());
    // ANCHOR: builder
    let layers = ServiceBuilder::new()
        .layer(map_request(well_formed_id)) // request_id
        .set_request_id(X_REQUEST_ID, NewId)
        .propagate_request_id(X_REQUEST_ID)
        .layer(log) // access_log
        .layer(from_fn(server_timing))
        .layer(frames) // security_headers
        .layer(opener)
        .layer(referrer)
        .layer(nosniff)
        .layer(catch) // catch_errors
        .layer(ValidateRequestHeaderLayer::custom(only_ours)) // host_check
        .layer(NormalizePathLayer::trim_trailing_slash()) // trailing_slash
        .layer(map_request(method_override)) // method_override
        .layer(from_fn(shout)); // shout
    // ANCHOR_END: builder
    // A layer of a router runs after that router has chosen a route. So the routes are inside
    // a second router, which has none of its own.
    let site = site(secret_key()?);
    Ok(Router::new().fallback_service(site).layer(layers))
}

async fn server_timing(request: Request, next: Next) -> impl IntoResponse {
    let began = Instant::now();
    let response = next.run(request).await;
    let ms = began.elapsed().as_secs_f64() * 1000.0;
    ([("server-timing", format!("app;dur={ms:.1}"))], response)
}

/// tower-http keeps any id that a request brings. Those that do not suit us go first.
async fn well_formed_id(mut request: Request) -> Request {
    if !request.headers().get(X_REQUEST_ID).is_some_and(is_id) {
        request.headers_mut().remove(X_REQUEST_ID);
    }
    request
}

#[derive(Clone)]
struct NewId;

impl MakeRequestId for NewId {
    fn make_request_id<B>(&mut self, _: &http::Request<B>) -> Option<RequestId> {
        Some(RequestId::new(new_id()))
    }
}

#[expect(clippy::result_large_err, reason = "tower-http's choice")]
fn only_ours(request: &mut Request<Body>) -> Result<(), Response> {
    match is_ours(request) {
        true => Ok(()),
        false => Err(BAD_HOST.into_response()),
    }
}

async fn method_override(request: Request) -> Request {
    overridden(request)
}

async fn shout(request: Request, next: Next) -> Response {
    let loud = wants_capitals(&request);
    let response = next.run(request).await;
    match loud {
        true => in_capitals(response).await,
        false => response,
    }
}
