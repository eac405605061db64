//! A layer that changes the body.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderName, HeaderValue};
use axum::response::Response;
use futures_util::FutureExt;

use super::internal_error;
use crate::service::Service;

const X_SHOUT: HeaderName = HeaderName::from_static("x-shout");

/// The largest body that is held to be changed, in bytes.
const LARGEST: usize = 1024 * 1024;

// ANCHOR: shout
/// After: with `X-Shout: 1`, plain text goes out in capitals.
pub fn shout(next: Service) -> Service {
    Arc::new(move |request| {
        if !wants_capitals(&request) {
            return next(request);
        }
        next(request).then(in_capitals).boxed()
    })
}

/// The body changes its length (`ß` becomes `SS`), so the old Content-Length must go.
pub async fn in_capitals(response: Response) -> Response {
    if !is_plain_text(&response) {
        return response;
    }
    let (mut head, body) = response.into_parts();
    let Ok(body) = to_bytes(body, LARGEST).await else {
        eprintln!("A body was longer than {LARGEST} bytes, or broke off.");
        return internal_error();
    };
    // ANCHOR: new_length
    let body = String::from_utf8_lossy(&body).to_uppercase();
    head.headers
        .insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
    Response::from_parts(head, Body::from(body))
    // ANCHOR_END: new_length
}
// ANCHOR_END: shout

pub fn wants_capitals(request: &Request) -> bool {
    let mut wishes = request.headers().get_all(X_SHOUT).iter();
    wishes.next().is_some_and(|wish| wish == "1") && wishes.next().is_none()
}

pub fn is_plain_text(response: &Response) -> bool {
    let media_type = response.headers().get(CONTENT_TYPE);
    media_type.is_some_and(|media_type| media_type.as_bytes().starts_with(b"text/plain"))
}
