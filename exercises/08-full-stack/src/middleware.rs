//! What is done for every request.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Request};
use axum::http::HeaderValue;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use percent_encoding::percent_decode;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::csrf::CsrfLayer;
use tower_http::set_header::SetResponseHeaderLayer;

use crate::app::App;
use crate::error::AppError;
use crate::forms::Posted;

/// A request meets them from the last line to the first.
pub fn around(views: Router<App>) -> Router<App> {
    let no_sniffing = HeaderValue::from_static("nosniff");
    views
        .layer(from_fn(read_form))
        .layer(CsrfLayer::new()) // forms of other sites
        .layer(CatchPanicLayer::new())
        .layer(SetResponseHeaderLayer::if_not_present(
            X_CONTENT_TYPE_OPTIONS,
            no_sniffing,
        ))
}

/// Takes the form out of a request, if it has one, and puts it where `Page` finds it.
async fn read_form(request: Request, next: Next) -> Result<Response, Response> {
    let kind = request.headers().get(CONTENT_TYPE);
    let kind = kind.map_or(&b""[..], |kind| kind.as_bytes());
    if !kind.starts_with(b"application/x-www-form-urlencoded") {
        return Ok(next.run(request).await);
    }
    let (mut parts, body) = request.into_parts();
    let bytes = Bytes::from_request(Request::new(body), &()).await;
    let bytes = bytes.map_err(IntoResponse::into_response)?; // 413, above 2 MB
    let text = percent_decode(&bytes).decode_utf8();
    if text.is_err() || text.is_ok_and(|text| text.contains('\0')) {
        let reason = "The form holds bytes that are not text.";
        return Err(AppError(StatusCode::BAD_REQUEST, reason.into()).into_response());
    }
    let posted: Posted = form_urlencoded::parse(&bytes).into_owned().collect();
    parts.extensions.insert(posted);
    Ok(next.run(Request::from_parts(parts, Body::empty())).await)
}
