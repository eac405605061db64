//! What belongs to one visitor stays out of caches.

use std::sync::Arc;

use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, SET_COOKIE};
use futures_util::FutureExt;

use crate::service::Service;

/// After: an answer that sets a cookie is for one visitor, whatever the page says.
pub fn no_store(next: Service) -> Service {
    Arc::new(move |request| {
        let answer = next(request);
        async move {
            let mut response = answer.await;
            if response.headers().contains_key(SET_COOKIE) {
                let no_store = HeaderValue::from_static("no-store");
                response.headers_mut().insert(CACHE_CONTROL, no_store);
            }
            response
        }
        .boxed()
    })
}
