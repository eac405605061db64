//! A path that is escaped is the same path.

use axum::extract::Request;
use axum::http::Uri;
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

/// What may not stand in a path as it is, and gets its `%` again.
const ESCAPED: &AsciiSet = &CONTROLS.add(b' ').add(b'%').add(b'?').add(b'#');

/// Hands the request on with its path decoded, so that `/api/n%6Ftes` is `/api/notes`. A path
/// that is no text is left as it is: there is nothing at it.
pub async fn decode(mut request: Request) -> Request {
    let uri = request.uri();
    let Ok(path) = percent_decode_str(uri.path()).decode_utf8() else {
        return request;
    };
    let path = utf8_percent_encode(&path, ESCAPED).to_string();
    let query = uri
        .query()
        .map_or(String::new(), |query| format!("?{query}"));
    let Ok(decoded) = format!("{path}{query}").parse() else {
        return request;
    };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(decoded);
    if let Ok(uri) = Uri::from_parts(parts) {
        *request.uri_mut() = uri;
    }
    request
}
