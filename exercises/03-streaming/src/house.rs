//! The tea house: its pages.

use std::convert::Infallible;
use std::time::Duration;

use futures_util::stream::unfold;
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full, Limited, StreamBody};
use hyper::body::{Bytes, Frame, Incoming};
use hyper::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};
use tokio::time::timeout;

use crate::calls::{Calls, Listener};

/// A body that may be long finished or may never end; it cannot fail.
type Body = BoxBody<Bytes, Infallible>;

/// The longest call, in bytes, and how long it may be on its way.
const LONGEST: usize = 4096;
const PATIENCE: Duration = Duration::from_secs(10);

pub async fn respond(request: Request<Incoming>, calls: &Calls) -> Response<Body> {
    match (request.uri().path(), request.method()) {
        ("/", &Method::GET | &Method::HEAD) => page(),
        ("/calls", &Method::GET | &Method::HEAD) => listen(calls),
        ("/calls", &Method::POST) => call(request, calls).await,
        ("/places", &Method::GET | &Method::HEAD) => places(calls),
        ("/calls", _) => not_this("GET, HEAD, POST"),
        ("/" | "/places", _) => not_this("GET, HEAD"),
        _ => text(StatusCode::NOT_FOUND, "There is no such page."),
    }
}

fn page() -> Response<Body> {
    let page = Full::from(include_str!("page.html"));
    response("text/html; charset=utf-8", page.boxed())
}

/// Tells what is called out, until the listener leaves or the server stops.
fn listen(calls: &Calls) -> Response<Body> {
    let response = response("text/event-stream", stream(calls.listen()));
    with(response, CACHE_CONTROL, "no-store")
}

/// A body that gets its next frame from the listener, whenever hyper has room for one.
fn stream(listener: Listener) -> Body {
    let frames = unfold(listener, |mut listener| async move {
        let text = listener.next().await?;
        let frame = Frame::data(Bytes::from(event(&text)));
        Some((Ok(frame), listener))
    });
    StreamBody::new(frames).boxed()
}

/// A call as a server-sent event.
fn event(text: &str) -> String {
    format!("data: {text}\n\n")
}

async fn call(request: Request<Incoming>, calls: &Calls) -> Response<Body> {
    let body = Limited::new(request.into_body(), LONGEST).collect();
    let Ok(body) = timeout(PATIENCE, body).await else {
        return text(
            StatusCode::REQUEST_TIMEOUT,
            "The call did not come in time.",
        );
    };
    let Ok(body) = body else {
        let reason = "A call has 4096 bytes at most, and comes whole.";
        return text(StatusCode::PAYLOAD_TOO_LARGE, reason);
    };
    let Ok(call) = String::from_utf8(body.to_bytes().into()) else {
        return text(StatusCode::BAD_REQUEST, "A call is text in UTF-8.");
    };
    if call.trim().is_empty() {
        return text(StatusCode::UNPROCESSABLE_ENTITY, "Call what?");
    }
    calls.call(call.trim().to_string());
    text(StatusCode::OK, "It is called out.")
}

fn places(calls: &Calls) -> Response<Body> {
    let (taken, all) = calls.places();
    let line = format!("{taken} of {all} places are taken.");
    with(text(StatusCode::OK, &line), CACHE_CONTROL, "no-store")
}

fn not_this(allowed: &'static str) -> Response<Body> {
    let reason = format!("This page answers {allowed} only.");
    with(
        text(StatusCode::METHOD_NOT_ALLOWED, &reason),
        ALLOW,
        allowed,
    )
}

fn text(status: StatusCode, line: &str) -> Response<Body> {
    let body = Full::from(format!("{line}\n")).boxed();
    let mut response = response("text/plain; charset=utf-8", body);
    *response.status_mut() = status;
    response
}

fn response(content_type: &'static str, body: Body) -> Response<Body> {
    with(Response::new(body), CONTENT_TYPE, content_type)
}

fn with(mut response: Response<Body>, name: HeaderName, value: &'static str) -> Response<Body> {
    let value = HeaderValue::from_static(value);
    response.headers_mut().insert(name, value);
    response
}
