//! The same site in the same stack, with the layers of tower-http and the cookies of axum-extra.
//!
//! Run it: `cargo run -p lesson-07 --example from_the_shelf`
//!
//! The pages are those of the lesson, and so are the settings, but for `LAYERS`: here the order of the
//! layers is a part of the program's type, and cannot be chosen when the program starts.
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
    self, SECURITY_HEADERS, X_REQUEST_ID, bad_host, in_capitals, in_one_way, is_ours, overridden,
    wants_capitals,
};
use lesson_07::messages::answer;
use lesson_07::serve::run;
use lesson_07::session::{Session, cookie_name, the_only_cookie};
use lesson_07::settings::Settings;
use lesson_07::site::page;
use lesson_07::visits::{set_last_visit, view_that_reads, view_that_sets};
use serde_json::Value;
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
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
    if std::env::var_os("LAYERS").is_some() {
        eprintln!(
            "LAYERS is for the stack by hand: the order of this one is fixed when it is compiled."
        );
        return ExitCode::from(2);
    }
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
    // ANCHOR: builder
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
        .layer(map_request(trailing_slash)) // trailing_slash
        .layer(map_request(method_override)) // method_override
        .layer(from_fn(shout)); // shout
    // ANCHOR_END: builder
    // A layer of a router runs after that router has chosen a route. So the routes stand inside
    // a second router, as in lesson 04.
    Router::new().fallback_service(site(settings)).layer(layers)
}

fn site(settings: &Settings) -> Router {
    let by_layer = below("/visits", || any(view_that_reads)).layer(from_fn(last_visit));
    let in_view = below("/visits-in-view", || any(view_that_sets));
    let messages = below("/messages", || any(answer));
    let cookies = Cookies {
        key: Key::derive_from(&settings.secret_key),
        tls: settings.tls,
    };
    let vary = (
        HeaderName::from_static("vary"),
        HeaderValue::from_static("cookie"),
    );
    let sessions = ServiceBuilder::new()
        .layer(SetResponseHeaderLayer::appending(vary.0, vary.1))
        .layer(from_fn_with_state(cookies, session));
    let pages = tower::service_fn(|request| page(request).map(Ok::<Response, Infallible>));
    by_layer
        .merge(in_view)
        .merge(messages)
        .layer(sessions)
        .fallback_service(pages)
}
// ANCHOR_END: stack

/// Every path at and below `place`.
fn below(place: &str, pages: fn() -> MethodRouter) -> Router {
    Router::new()
        .route(place, pages())
        .route(&format!("{place}/"), pages())
        .route(&format!("{place}/{{*rest}}"), pages())
}

// ANCHOR: jar
#[derive(Clone)]
struct Cookies {
    key: Key,
    tls: bool,
}

/// The jar signs what is added, and gives only what is signed.
async fn session(
    State(cookies): State<Cookies>,
    mut request: Request,
    next: Next,
) -> impl IntoResponse {
    let name = cookie_name(cookies.tls);
    let mut jar = SignedCookieJar::from_headers(request.headers(), cookies.key);
    // Of two cookies with one name, a jar keeps one. We want neither.
    let alone = the_only_cookie(request.headers(), name).and_then(|_| jar.get(name));
    let values = alone.and_then(|cookie| serde_json::from_str(cookie.value()).ok());
    let session = Session::new(values.unwrap_or_default());
    request.extensions_mut().insert(session.clone());
    let response = next.run(request).await;
    if let Some(values) = session.changed() {
        let empty = values.is_empty();
        let cookie = Cookie::build((name, Value::Object(values).to_string()))
            .http_only(true)
            .same_site(SameSite::Lax)
            .secure(cookies.tls)
            .path("/");
        jar = if empty {
            jar.remove(cookie)
        } else {
            jar.add(cookie)
        };
    }
    (jar, response)
}
// ANCHOR_END: jar

async fn last_visit(request: Request, next: Next) -> Response {
    let session = Session::of(&request);
    let response = next.run(request).await;
    set_last_visit(&session);
    response
}

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

/// `NormalizePathLayer` of tower-http takes off every slash at the end, and decodes nothing.
async fn trailing_slash(mut request: Request) -> Request {
    if let Some(uri) = in_one_way(&request) {
        *request.uri_mut() = uri;
    }
    request
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
