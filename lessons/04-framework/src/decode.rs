//! The text of a target, decoded before the router sees it.
//!
//! axum's router compares the path as it was sent: to it `/hell%6F` is not `/hello`. And its
//! `Query` replaces bytes that are no text by U+FFFD (�), without a word. Here both are put
//! right, once and for all routes.

use std::borrow::Cow;

use axum::extract::Request;
use axum::http::{StatusCode, Uri};
use axum::response::{Html, IntoResponse, Response};
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

use crate::error::AppError;

/// What cannot stand in a segment of a path as it is: it would end the segment (`/`), the path
/// (`?`, `#`), begin an escape (`%`), or is not allowed in a target at all.
pub const SEGMENT: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'/')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

// ANCHOR: decode
/// Hands the request on with each character of its path written in one way only, or refuses it.
pub async fn decode(mut request: Request) -> Result<Request, Response> {
    match decoded(request.uri()) {
        Ok(uri) => {
            *request.uri_mut() = uri;
            Ok(request)
        }
        Err((status, problem)) => Err(refusal(request.uri(), status, problem)),
    }
}

fn decoded(uri: &Uri) -> Result<Uri, (StatusCode, &'static str)> {
    let query = uri.query().unwrap_or_default();
    if decoded_text(query).is_none() {
        return Err((StatusCode::BAD_REQUEST, "The query is not UTF-8 text."));
    }
    // Segment by segment, so that %2F stays a character and does not become a separator.
    let segments: Option<Vec<String>> = uri.path().split('/').map(normal).collect();
    let Some(segments) = segments else {
        return Err((StatusCode::NOT_FOUND, "The path is not UTF-8 text."));
    };
    let path = segments.join("/");
    if path == uri.path() {
        return Ok(uri.clone());
    }
    let target = match uri.query() {
        Some(query) => format!("{path}?{query}"),
        None => path,
    };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(target.parse().map_err(too_long)?);
    Uri::from_parts(parts).map_err(too_long)
}

/// All that can be wrong with a path made of segments: each stray `%` has become `%25`.
fn too_long<E>(_: E) -> (StatusCode, &'static str) {
    (StatusCode::URI_TOO_LONG, "The path is too long.")
}

/// `%6F` becomes `o`, `ö` becomes `%C3%B6`, `%2f` becomes `%2F`; a stray `%` becomes `%25`.
fn normal(segment: &str) -> Option<String> {
    let text = decoded_text(segment)?;
    Some(utf8_percent_encode(&text, SEGMENT).to_string())
}
// ANCHOR_END: decode

/// What the escapes stand for; `None` when that is no text. A `%` that starts no escape is kept.
pub fn decoded_text(escaped: &str) -> Option<Cow<'_, str>> {
    percent_decode_str(escaped).decode_utf8().ok()
}

/// The tour speaks JSON, the rest HTML.
fn refusal(uri: &Uri, status: StatusCode, problem: &'static str) -> Response {
    if uri.path().starts_with("/tour") {
        return AppError::new(status, problem).into_response();
    }
    match status {
        StatusCode::NOT_FOUND => (status, Html("<h1>404</h1>")).into_response(),
        _ => {
            let page = format!("<h1>{}</h1>\n<p>{problem}</p>", status.as_u16());
            (status, Html(page)).into_response()
        }
    }
}

/// Why this file is here. When one of these tests fails, axum has changed, and a part of the file
/// can go.
#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::body::Body;
    use axum::extract::Query;
    use axum::routing::get;
    use tower::ServiceExt;

    use super::*;

    #[tokio::test]
    async fn axum_alone_compares_the_path_as_it_was_sent() {
        let routes = Router::new().route("/hello", get(|| async { "Hello!" }));
        let request = Request::builder().uri("/hell%6F").body(Body::empty());
        let Ok(response) = routes.oneshot(request.expect("a request")).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND);
    }

    #[test]
    fn axum_alone_replaces_bytes_that_are_no_text() {
        let uri = Uri::from_static("/hello?name=%FF");
        let query = Query::<Vec<(String, String)>>::try_from_uri(&uri);
        let Query(parameters) = query.expect("no error, that is the point");
        assert_eq!(parameters[0].1, "\u{FFFD}");
    }
}
