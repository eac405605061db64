//! What a browser is told not to do with our pages.

use std::sync::Arc;

use axum::http::{HeaderName, HeaderValue, header};
use futures_util::FutureExt;

use crate::service::Service;

// ANCHOR: security_headers
pub static SECURITY_HEADERS: [(HeaderName, HeaderValue); 4] = [
    // Believe our Content-Type: do not guess a script where we said text.
    (
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    ),
    // Do not tell other sites from which of our pages a visitor came.
    (
        header::REFERRER_POLICY,
        HeaderValue::from_static("same-origin"),
    ),
    // A window that we open, or that opened us, gets no hold of this one.
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    // Do not show us in a frame, where another site could lay its buttons over ours.
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
];

/// After: add each of them, unless the page has set it itself.
// ANCHOR: add
pub fn security_headers(next: Service) -> Service {
    Arc::new(move |request| {
        let answer = next(request);
        async move {
            let mut response = answer.await;
            for (name, value) in &SECURITY_HEADERS {
                let header = response.headers_mut().entry(name);
                header.or_insert_with(|| value.clone());
            }
            response
        }
        .boxed()
    })
}
// ANCHOR_END: add
// ANCHOR_END: security_headers
