//! The same site in the same stack, with the layers of tower-http and the cookies of axum-extra.
//!
//! Run it: `cargo run -p lesson-07 --example from_the_shelf`
//!
//! Of the settings it heeds `SECRET_KEY` alone: its order is in the code, and it does not know TLS.
#![forbid(unsafe_code)]

use std::any::Any;
use std::convert::Infallible;
use std::process::ExitCode;
use std::time::Instant;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::{Next, from_fn, from_fn_with_state, map_request};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, any};
use axum_extra::extract::SignedCookieJar;
use axum_extra::extract::cookie::{Cookie, Key, SameSite};
use futures_util::FutureExt;
use lesson_07::layers::{
    self, SECURITY_HEADERS, X_REQUEST_ID, bad_host, in_capitals, is_ours, overridden,
    wants_capitals,
};
use lesson_07::serve::run;
use lesson_07::settings::Settings;
use lesson_07::site::page;
use lesson_07::visits::{greeting, now, only_here};
use tower::{Layer, ServiceBuilder};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::normalize_path::NormalizePathLayer;
use tower_http::request_id::{
    MakeRequestId, PropagateRequestIdLayer, RequestId, SetRequestIdLayer,
};
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::trace::{DefaultOnResponse, TraceLayer};
use tower_http::validate_request::ValidateRequestHeaderLayer;
use tracing::Level;

#[tokio::main]
async fn main() -> ExitCode {
    let settings = match Settings::from_environment() {
        Ok(settings) => settings,
        Err(problem) => {
            eprintln!("{problem}");
            return ExitCode::from(2);
        }
    };
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .init();
    run(stack(&settings)).await
}

// ANCHOR: stack
/// The layers in the order of the hand-written stack, outermost first.
fn stack(settings: &Settings) -> Router {
    let [nosniff, referrer, opener, frames] = SECURITY_HEADERS
        .clone()
        .map(|(name, value)| SetResponseHeaderLayer::if_not_present(name, value));
    let log = TraceLayer::new_for_http().on_response(DefaultOnResponse::new().level(Level::INFO));
    let layers = ServiceBuilder::new()
        .layer(log) // access_log
        .layer(from_fn(server_timing))
        .layer(map_request(well_formed_id)) // request_id
        .layer(SetRequestIdLayer::new(X_REQUEST_ID, NewId))
        .layer(PropagateRequestIdLayer::new(X_REQUEST_ID))
        .layer(frames) // security_headers
        .layer(opener)
        .layer(referrer)
        .layer(nosniff)
        .layer(CatchPanicLayer::custom(say_nothing)) // catch_errors
        .layer(ValidateRequestHeaderLayer::custom(only_ours)) // host_check
        .layer(map_request(method_override)) // method_override
        .layer(from_fn(shout)); // shout
    // A layer of a router runs after that router has chosen a route. So the routes stand inside
    // a second router, as in lesson 04.
    Router::new().fallback_service(site(settings)).layer(layers)
}

fn site(settings: &Settings) -> Router {
    let key = Key::derive_from(&settings.secret_key);
    let by_layer = below("/visits", || any(view_that_reads))
        .layer(from_fn_with_state(key.clone(), last_visit));
    let in_view = below("/visits-in-view", || any(view_that_sets));
    let for_caches = HeaderValue::from_static("cookie");
    let vary = SetResponseHeaderLayer::appending(HeaderName::from_static("vary"), for_caches);
    // trailing_slash, for the pages that have none.
    let pages = tower::service_fn(|request| page(request).map(Ok::<Response, Infallible>));
    by_layer
        .merge(in_view)
        .layer(vary)
        .fallback_service(NormalizePathLayer::trim_trailing_slash().layer(pages))
        .with_state(key)
}
// ANCHOR_END: stack

/// Every path at and below `place`.
fn below(place: &str, pages: fn() -> MethodRouter<Key>) -> Router<Key> {
    Router::new()
        .route(place, pages())
        .route(&format!("{place}/"), pages())
        .route(&format!("{place}/{{*rest}}"), pages())
}

// ANCHOR: jar
/// The session is one value here. The jar signs what is added, and gives only what is signed.
async fn view_that_sets(jar: SignedCookieJar, request: Request) -> impl IntoResponse {
    let mut shown = false;
    let response = only_here(&request, || {
        shown = true;
        greeting(last_time(&jar).as_deref())
    });
    let jar = if shown { jar.add(this_time()) } else { jar };
    (jar, response)
}

async fn view_that_reads(jar: SignedCookieJar, request: Request) -> Response {
    only_here(&request, || greeting(last_time(&jar).as_deref()))
}

async fn last_visit(State(key): State<Key>, request: Request, next: Next) -> impl IntoResponse {
    let jar = SignedCookieJar::from_headers(request.headers(), key);
    let response = next.run(request).await;
    (jar.add(this_time()), response)
}

fn last_time(jar: &SignedCookieJar) -> Option<String> {
    jar.get("session").map(|cookie| cookie.value().to_string())
}

fn this_time() -> Cookie<'static> {
    Cookie::build(("session", now()))
        .http_only(true)
        .same_site(SameSite::Lax)
        .path("/")
        .build()
}
// ANCHOR_END: jar

async fn server_timing(request: Request, next: Next) -> Response {
    let began = Instant::now();
    let mut response = next.run(request).await;
    let ms = began.elapsed().as_secs_f64() * 1000.0;
    if let Ok(timing) = HeaderValue::try_from(format!("app;dur={ms:.1}")) {
        response.headers_mut().insert("server-timing", timing);
    }
    response
}

/// tower-http keeps any id that a request brings. Those that do not suit us go first.
async fn well_formed_id(mut request: Request) -> Request {
    if layers::well_formed(request.headers()).is_none() {
        request.headers_mut().remove(X_REQUEST_ID);
    }
    request
}

#[derive(Clone)]
struct NewId;

impl MakeRequestId for NewId {
    fn make_request_id<B>(&mut self, _: &axum::http::Request<B>) -> Option<RequestId> {
        Some(RequestId::new(layers::new_id()))
    }
}

fn say_nothing(panic: Box<dyn Any + Send>) -> Response {
    let said = panic.downcast_ref::<&str>().copied().unwrap_or("no text");
    tracing::error!("panic: {said}");
    layers::internal_error()
}

// The type of the refusal is tower-http's choice.
#[expect(clippy::result_large_err)]
fn only_ours(request: &mut Request<Body>) -> Result<(), Response> {
    if is_ours(request) {
        Ok(())
    } else {
        Err(bad_host())
    }
}

async fn method_override(request: Request) -> Request {
    overridden(request)
}

async fn shout(request: Request, next: Next) -> Response {
    let wanted = wants_capitals(&request);
    let response = next.run(request).await;
    if wanted {
        in_capitals(response).await
    } else {
        response
    }
}
