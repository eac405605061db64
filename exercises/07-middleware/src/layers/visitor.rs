//! A cookie for each visitor.

use std::sync::Arc;

use axum::extract::Request;
use axum::http::HeaderValue;
use axum::http::header::{COOKIE, SET_COOKIE};
use futures_util::FutureExt;

use crate::service::Service;

/// After: a visitor without a cookie gets one, with a name by which we recognize them.
pub fn visitor(next: Service) -> Service {
    Arc::new(move |request| {
        let is_known = has_cookie(&request);
        let answer = next(request);
        async move {
            let mut response = answer.await;
            let name = fastrand::u64(..);
            let cookie = format!("visitor={name:016x}; HttpOnly; SameSite=Lax; Path=/");
            if let (false, Ok(cookie)) = (is_known, HeaderValue::try_from(cookie)) {
                response.headers_mut().append(SET_COOKIE, cookie);
            }
            response
        }
        .boxed()
    })
}

/// Cookie by cookie, and byte by byte: what other programs on this host have set need not be text.
fn has_cookie(request: &Request) -> bool {
    let lines = request.headers().get_all(COOKIE).iter();
    let mut cookies = lines.flat_map(|line| line.as_bytes().split(|byte| *byte == b';'));
    cookies.any(|cookie| cookie.trim_ascii().starts_with(b"visitor="))
}
