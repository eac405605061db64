//! Reads a request to its end before the site sees it, or refuses it.

use std::convert::Infallible;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{CONNECTION, HOST};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Version};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::{Body as _, Incoming};
use tokio::time::timeout;
use tower::ServiceExt;

use super::{PATIENCE, Peer};
use crate::error::AppError;

/// No body is larger. Forms and the API have smaller limits of their own.
const LARGEST: usize = 6 * 1024 * 1024;

/// What is wrong with a request that came over the wire.
#[derive(Clone, Debug)]
struct Refusal(StatusCode, &'static str);

/// Has the site answer one request.
pub async fn answer(
    site: Router,
    peer: Peer,
    request: hyper::Request<Incoming>,
) -> Result<Response, Infallible> {
    let (mut head, body) = request.into_parts();
    head.extensions.insert(peer);
    let body = match read(&head.headers, head.version, body).await {
        Ok(body) => body,
        Err(refusal) => {
            // The site says it, in its own words and with its own headers: see `refused`.
            head.extensions.insert(refusal);
            Body::empty()
        }
    };
    site.oneshot(Request::from_parts(head, body)).await
}

async fn read(headers: &HeaderMap, version: Version, body: Incoming) -> Result<Body, Refusal> {
    if version == Version::HTTP_11 && !has_one_host(headers) {
        let reason = "A request names its host, once.";
        return Err(Refusal(StatusCode::BAD_REQUEST, reason));
    }
    if body.is_end_stream() {
        return Ok(Body::empty());
    }
    let too_large = Refusal(
        StatusCode::PAYLOAD_TOO_LARGE,
        "A body may have 6 megabytes.",
    );
    // Its Content-Length says more than we want to read: refused before it is sent.
    if body.size_hint().lower() > LARGEST as u64 {
        return Err(too_large);
    }
    match timeout(PATIENCE, Limited::new(body, LARGEST).collect()).await {
        Ok(Ok(body)) => Ok(body.to_bytes().into()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(too_large),
        Ok(Err(_)) => Err(Refusal(
            StatusCode::BAD_REQUEST,
            "The body broke off, or its chunks are not framed as RFC 9112 asks.",
        )),
        Err(_) => Err(Refusal(
            StatusCode::REQUEST_TIMEOUT,
            "The body did not come in time.",
        )),
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

/// The middleware that answers what was refused above. It stands outside of all that would ask
/// the request for its host or its form.
pub async fn refused(request: Request, next: Next) -> Response {
    let Some(Refusal(status, reason)) = request.extensions().get().cloned() else {
        return next.run(request).await;
    };
    let mut response = AppError::new(status, reason).into_response();
    // What follows on this connection may be the rest of a body: it must not be read as the next
    // request.
    let close = HeaderValue::from_static("close");
    response.headers_mut().insert(CONNECTION, close);
    response
}
