//! # Exercise 03 · Streaming
//!
//! A tea house that calls out what is ready, to everyone who listens. It answers, but it falls short: `cargo course`
//! says how.
//!
//! Run it with `cargo run -p exercise-03`, then open <http://127.0.0.1:8000/> in two windows.
//!
//! | request | answer |
//! |---|---|
//! | `GET /` | a page that listens, and calls |
//! | `GET /calls` | what is called out, as server-sent events: an answer without an end |
//! | `POST /calls` | calls out its body, a text |
//! | `GET /places` | how many listen, and how many may (`PLACES` in the environment) |

#![forbid(unsafe_code)]

mod calls;
mod serve;

use std::convert::Infallible;
use std::sync::Arc;

use futures_util::stream::unfold;
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::{Bytes, Frame, Incoming};
use hyper::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use hyper::{Request, Response, StatusCode};

use calls::{Calls, Listener};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    if let Err(problem) = serve::serve().await {
        eprintln!("{problem:#}");
        std::process::exit(2);
    }
}

/// A body that is there already, or one that never ends. Reading it cannot fail.
type Body = BoxBody<Bytes, Infallible>;

async fn respond(
    request: Request<Incoming>,
    calls: Arc<Calls>,
) -> Result<Response<Body>, Infallible> {
    Ok(match (request.method().as_str(), request.uri().path()) {
        ("GET" | "HEAD", "/") => index(),
        ("GET" | "HEAD", "/calls") => listen(&calls),
        ("POST", "/calls") => call(request, &calls).await,
        ("GET" | "HEAD", "/places") => places(&calls),
        (_, "/calls") => method_not_allowed("GET, HEAD, POST"),
        (_, "/" | "/places") => method_not_allowed("GET, HEAD"),
        _ => text(StatusCode::NOT_FOUND, "There is no such page."),
    })
}

fn index() -> Response<Body> {
    let page = Full::from(include_str!("page.html"));
    response("text/html; charset=utf-8", page.boxed())
}

/// Tells what is called out, until the listener leaves or the server stops.
fn listen(calls: &Calls) -> Response<Body> {
    response("text/event-stream", told(calls.listen()))
}

/// A body that asks the listener for each of its frames, when hyper asks it for one.
fn told(listener: Listener) -> Body {
    let frames = unfold(listener, |mut listener| async move {
        let call = listener.next().await?;
        Some((Ok(Frame::data(event(&call).into())), listener))
    });
    StreamBody::new(frames).boxed()
}

/// A call as a server-sent event.
fn event(call: &str) -> String {
    format!("data: {call}\n\n")
}

async fn call(request: Request<Incoming>, calls: &Calls) -> Response<Body> {
    let Ok(body) = request.into_body().collect().await else {
        return text(StatusCode::BAD_REQUEST, "The call broke off.");
    };
    let Ok(call) = String::from_utf8(body.to_bytes().into()) else {
        return text(StatusCode::BAD_REQUEST, "A call is text in UTF-8.");
    };
    if call.trim().is_empty() {
        return text(StatusCode::UNPROCESSABLE_ENTITY, "Call what?");
    }
    calls.call(call);
    text(StatusCode::OK, "It is called out.")
}

fn places(calls: &Calls) -> Response<Body> {
    let (taken, all) = calls.places();
    let line = format!("{taken} of {all} places are taken.");
    text(StatusCode::OK, &line)
}

fn method_not_allowed(allowed: &'static str) -> Response<Body> {
    let line = format!("This page answers {allowed} only.");
    let mut response = text(StatusCode::METHOD_NOT_ALLOWED, &line);
    let allowed = HeaderValue::from_static(allowed);
    response.headers_mut().insert(ALLOW, allowed);
    response
}

fn text(status: StatusCode, line: &str) -> Response<Body> {
    let body = Full::from(format!("{line}\n")).boxed();
    let mut response = response("text/plain; charset=utf-8", body);
    *response.status_mut() = status;
    response
}

fn response(content_type: &'static str, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
