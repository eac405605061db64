//! The routes and their handlers.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, PathRejection};
use axum::extract::{Path, RawQuery, State};
use axum::http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_RANGE, CONTENT_TYPE, ETAG, IF_NONE_MATCH, IF_RANGE, RANGE,
};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::error::AppError;
use crate::shelf::{Document, Shelf};

type AName = Result<Path<String>, PathRejection>;

pub fn routes() -> Router {
    Router::new()
        .route("/", get(list))
        .route("/{name}", get(show).put(put))
        .fallback(async |uri: Uri| AppError::not_there(uri.path()))
        .method_not_allowed_fallback(async || {
            let line = "This page does not answer this method. `Allow` names those it does.";
            AppError::new(StatusCode::METHOD_NOT_ALLOWED, line)
        })
        .with_state(Arc::new(Shelf::new()))
}

async fn list(State(shelf): State<Arc<Shelf>>) -> Response {
    ([(CACHE_CONTROL, "no-cache")], shelf.addresses()).into_response()
}

async fn show(
    State(shelf): State<Arc<Shelf>>,
    name: AName,
    RawQuery(query): RawQuery,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    let Path(name) = name?;
    let document = shelf
        .find(&name)
        .ok_or_else(|| AppError::not_there(&name))?;
    let tag = format!("\"{}\"", document.version);
    let caching = match query == Some(format!("v={}", document.version)) {
        true => "public, max-age=31536000, immutable",
        false => "no-cache",
    };
    let known = [(CACHE_CONTROL, caching), (ETAG, &tag)];
    if names(&headers, Some(&document.version)) {
        return Ok((StatusCode::NOT_MODIFIED, known).into_response());
    }
    let bytes = document.bytes;
    let length = bytes.len();
    let about = [(CONTENT_TYPE, media_type(&name)), (ACCEPT_RANGES, "bytes")];
    Ok(match wanted(&method, &headers, &tag, length) {
        Wanted::Whole => (known, about, bytes).into_response(),
        Wanted::Part(first, last) => {
            let range = [(CONTENT_RANGE, format!("bytes {first}-{last}/{length}"))];
            let part = bytes.slice(first..=last);
            (StatusCode::PARTIAL_CONTENT, known, about, range, part).into_response()
        }
        Wanted::Nothing => {
            let range = [(CONTENT_RANGE, format!("bytes */{length}"))];
            let reason = format!("There are {length} bytes, and none of them was asked for.");
            let refused = AppError::new(StatusCode::RANGE_NOT_SATISFIABLE, reason);
            (range, refused).into_response()
        }
    })
}

/// Whether If-None-Match names this version, or any by a `*`. A weak tag will do here.
fn names(headers: &HeaderMap, version: Option<&str>) -> bool {
    let Some(version) = version else { return false };
    let lists = headers.get_all(IF_NONE_MATCH).iter();
    let tags = lists.filter_map(|list| list.to_str().ok());
    let mut tags = tags.flat_map(|list| list.split(',')).map(str::trim);
    let tag = format!("\"{version}\"");
    tags.any(|named| named == "*" || named.strip_prefix("W/").unwrap_or(named) == tag)
}

/// What a request wants of a document.
enum Wanted {
    Whole,
    /// From the first byte to the last, both included.
    Part(usize, usize),
    Nothing,
}

/// What is not understood was not asked for: then it is the whole.
fn wanted(method: &Method, headers: &HeaderMap, tag: &str, length: usize) -> Wanted {
    // A part fits only to other parts of the same bytes.
    let fits = headers.get(IF_RANGE).is_none_or(|held| held == tag);
    if method != Method::GET || !fits {
        return Wanted::Whole;
    }
    let range = headers.get(RANGE).and_then(|range| range.to_str().ok());
    let range = range.and_then(|range| range.strip_prefix("bytes="));
    let Some((first, last)) = range.and_then(|range| range.split_once('-')) else {
        return Wanted::Whole;
    };
    let (first, last) = match (number(first), number(last)) {
        (None, Some(count)) if first.is_empty() => (length.saturating_sub(count), usize::MAX),
        (Some(first), None) if last.is_empty() => (first, usize::MAX),
        (Some(first), Some(last)) if first <= last => (first, last),
        _ => return Wanted::Whole,
    };
    match first < length {
        true => Wanted::Part(first, last.min(length - 1)),
        false => Wanted::Nothing,
    }
}

/// Digits and nothing else. A number too large for us is larger than any document.
fn number(text: &str) -> Option<usize> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().unwrap_or(usize::MAX))
}

async fn put(
    State(shelf): State<Arc<Shelf>>,
    name: AName,
    headers: HeaderMap,
    bytes: Result<Bytes, BytesRejection>,
) -> Result<(StatusCode, String), AppError> {
    let Path(name) = name?;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-.".contains(&byte);
    if name.len() > 40 || !name.bytes().all(is_plain) {
        let line = "A name has letters, digits, dots and hyphens, 40 at most.";
        return Err(AppError::new(StatusCode::UNPROCESSABLE_ENTITY, line));
    }
    let document = Document::new(bytes?);
    let version = format!("{}\n", document.version);
    match shelf.put(name, document, |present| !names(&headers, present)) {
        Some(true) => Ok((StatusCode::OK, version)),
        Some(false) => Ok((StatusCode::CREATED, version)),
        None => {
            let line = "The document is there already, in a version that If-None-Match names.";
            Err(AppError::new(StatusCode::PRECONDITION_FAILED, line))
        }
    }
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.') {
        Some((_, "txt")) => "text/plain; charset=utf-8",
        Some((_, "json")) => "application/json",
        Some((_, "svg")) => "image/svg+xml",
        _ => "application/octet-stream",
    }
}
