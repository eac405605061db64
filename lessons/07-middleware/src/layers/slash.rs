//! `/hello/` and `/hello` are one page. Two ways to see to that: change the request, or tell the client.

use std::sync::Arc;

use axum::extract::Request;
use axum::http::header::LOCATION;
use axum::http::uri::PathAndQuery;
use axum::http::{StatusCode, Uri};
use axum::response::IntoResponse;
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

use crate::service::{Service, at_once};

/// What stands in a path as an escape only.
const ESCAPED: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

// ANCHOR: trailing_slash
/// Before: change the request. The page is found as if `/hello` had been asked for.
pub fn trailing_slash(next: Service) -> Service {
    Arc::new(move |mut request| {
        if let Some(uri) = in_one_way(&request) {
            *request.uri_mut() = uri;
        }
        next(request)
    })
}

/// Before: tell the client. It asks again, and its address bar shows `/hello`.
pub fn redirect_slash(next: Service) -> Service {
    Arc::new(move |request| match in_one_way(&request) {
        // The path alone, and it begins with one slash: wherever the request came from, the
        // client stays on this host.
        Some(uri) => match uri.path_and_query() {
            Some(target) => {
                let location = [(LOCATION, target.as_str().to_string())];
                at_once((StatusCode::PERMANENT_REDIRECT, location).into_response())
            }
            None => next(request),
        },
        None => next(request),
    })
}

/// The target with its path written in one way: decoded, one slash in front, none behind.
/// `None` when it is already so.
pub fn in_one_way(request: &Request) -> Option<Uri> {
    let uri = request.uri();
    if is_so(uri.path()) {
        return None;
    }
    let decoded = percent_decode_str(uri.path()).decode_utf8().ok()?;
    let name = decoded.trim_matches('/');
    let slash = if keeps_its_slash(name) && decoded.ends_with('/') {
        "/"
    } else {
        ""
    };
    let path = format!("/{}{slash}", utf8_percent_encode(name, ESCAPED));
    if !decoded.starts_with('/') || path == uri.path() {
        return None; // `*` of `OPTIONS *` is no path
    }
    let target = match uri.query() {
        Some(query) => format!("{path}?{query}"),
        None => path,
    };
    PathAndQuery::try_from(target).ok().map(Uri::from)
}

/// Most paths have nothing to decode and no slash too many. That is seen without making a new one.
fn is_so(path: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte);
    let doubled = path.as_bytes().windows(2).any(|pair| pair == b"//");
    let name = path.trim_start_matches('/');
    path.bytes().all(plain) && !doubled && (!name.ends_with('/') || keeps_its_slash(name))
}

/// The pages below /visits/ do.
fn keeps_its_slash(name: &str) -> bool {
    name.starts_with("visits")
}
// ANCHOR_END: trailing_slash
