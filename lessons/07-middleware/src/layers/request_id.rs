//! A name for each request, by which it is found again in the log.

use std::sync::Arc;

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use futures_util::FutureExt;

use crate::service::Service;

pub const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

// ANCHOR: request_id
/// Before: give the request an id, or keep the one that it has. After: send it back.
// ANCHOR: both
pub fn request_id(next: Service) -> Service {
    Arc::new(move |mut request| {
        let id = well_formed(request.headers()).unwrap_or_else(new_id);
        request.headers_mut().insert(X_REQUEST_ID, id.clone());
        let answer = next(request);
        async move {
            let mut response = answer.await;
            response.headers_mut().insert(X_REQUEST_ID, id);
            response
        }
        .boxed()
    })
}
// ANCHOR_END: both

/// The id that came with the request. It will stand in our log, so not every text will do.
pub fn well_formed(headers: &HeaderMap) -> Option<HeaderValue> {
    let mut ids = headers.get_all(X_REQUEST_ID).iter();
    let (Some(id), None) = (ids.next(), ids.next()) else {
        return None; // none, or several
    };
    let allowed = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_".contains(byte);
    let well_formed = (1..=64).contains(&id.len()) && id.as_bytes().iter().all(allowed);
    well_formed.then(|| id.clone())
}

/// A number of 16 digits. An id is no secret: a quick generator will do.
pub fn new_id() -> HeaderValue {
    HeaderValue::from(fastrand::u64(1_000_000_000_000_000..10_000_000_000_000_000))
}
// ANCHOR_END: request_id
