//! Methods for clients that know only GET and POST, as HTML forms do.

use std::sync::Arc;

use axum::extract::Request;
use axum::http::{HeaderName, Method};

use crate::service::Service;

const WANTED: HeaderName = HeaderName::from_static("x-http-method-override");

// ANCHOR: method_override
/// Before: a POST may ask to be taken for a PUT, a PATCH or a DELETE. A GET may not: links and
/// images cause GETs, and those must change nothing.
pub fn method_override(next: Service) -> Service {
    Arc::new(move |request| next(overridden(request)))
}

pub fn overridden(mut request: Request) -> Request {
    if request.method() != Method::POST {
        return request;
    }
    let mut wanted = request.headers().get_all(WANTED).iter();
    let (Some(wanted), None) = (wanted.next(), wanted.next()) else {
        return request;
    };
    let known = [Method::PUT, Method::PATCH, Method::DELETE];
    let is_wanted = |method: &Method| {
        wanted
            .as_bytes()
            .eq_ignore_ascii_case(method.as_str().as_bytes())
    };
    if let Some(method) = known.into_iter().find(is_wanted) {
        *request.method_mut() = method;
    }
    request
}
// ANCHOR_END: method_override
