//! Answers a request for a path of the folder.

use std::io;
use std::path::Path;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG, LAST_MODIFIED,
    LOCATION, VARY,
};
use axum::http::response::Builder;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{Html, IntoResponse, Response};
use cap_std::fs::{File, Metadata};
use tokio::task::spawn_blocking;

use crate::conditional::{Validators, Verdict};
use crate::error::AppError;
use crate::folder::Folder;
use crate::range::{Wanted, wanted};
use crate::request_path::RequestPath;
use crate::types::media_type;
use crate::{body, listing};

// ANCHOR: answer
/// Calls for files block: a disk may be slow, or be at the other end of a network. So the answer
/// is made on a thread that may wait, in one go.
pub async fn answer(
    State(folder): State<Arc<Folder>>,
    request: Request,
) -> Result<Response, AppError> {
    let (head, _) = request.into_parts();
    if head.method != Method::GET && head.method != Method::HEAD {
        return Err(AppError::MethodNotAllowed(head.method));
    }
    let made = spawn_blocking(move || look_up(&folder, &head.method, &head.uri, &head.headers));
    made.await
        .unwrap_or_else(|error| Err(AppError::Inside(io::Error::other(error))))
}

fn look_up(
    folder: &Folder,
    method: &Method,
    uri: &Uri,
    headers: &HeaderMap,
) -> Result<Response, AppError> {
    let asked = RequestPath(uri.path());
    let path = asked.in_folder()?;
    let (file, metadata) = find(folder, &path)?;
    if metadata.is_file() && !asked.is_folder() {
        return send(file, &metadata, &path, method, headers);
    }
    if !metadata.is_dir() {
        return Err(AppError::NotFound); // a pipe, a device; or a file with a slash behind it
    }
    if !asked.is_folder() {
        return Ok(add_slash(&asked, uri));
    }
    for index in ["index.html", "index.htm"] {
        let path = path.join(index);
        if let Ok((file, metadata)) = folder.find(&path)
            && metadata.is_file()
        {
            return send(file, &metadata, &path, method, headers);
        }
    }
    list(folder, &path, uri)
}
// ANCHOR_END: answer

/// Whatever is wrong with a path, the client learns that there is nothing for it. The log says
/// what it was.
fn find(folder: &Folder, path: &Path) -> Result<(File, Metadata), AppError> {
    folder.find(path).map_err(|error| {
        if error.kind() != io::ErrorKind::NotFound {
            tracing::warn!(?path, %error, "cannot be opened");
        }
        AppError::NotFound
    })
}

/// Links in a page count from its last slash. Without it, those of a list would lead to the wrong place.
fn add_slash(asked: &RequestPath, uri: &Uri) -> Response {
    let query = uri.query().filter(|query| !query.is_empty());
    let query = query.map_or(String::new(), |query| format!("?{query}"));
    let location = asked.with_slash() + &query;
    (StatusCode::MOVED_PERMANENTLY, [(LOCATION, location)]).into_response()
}

fn list(folder: &Folder, path: &Path, uri: &Uri) -> Result<Response, AppError> {
    let entries = folder.entries(path).map_err(|error| {
        tracing::warn!(?path, %error, "cannot be listed");
        AppError::NotFound
    })?;
    let asked = uri.path_and_query().map_or("/", |asked| asked.as_str());
    let page = Html(listing::page(asked, &entries));
    Ok(([(CACHE_CONTROL, "no-cache")], page).into_response())
}

// ANCHOR: send
/// The file, or a part of it, or the word that the client has it already.
fn send(
    file: File,
    metadata: &Metadata,
    path: &Path,
    method: &Method,
    headers: &HeaderMap,
) -> Result<Response, AppError> {
    let length = metadata.len();
    let modified = metadata.modified().ok().map(|time| time.into_std());
    let validators = Validators::new(length, modified);
    let response = with_validators(&validators);
    match validators.verdict(headers) {
        Verdict::NotModified => {
            return finish(response.status(StatusCode::NOT_MODIFIED), Body::empty());
        }
        Verdict::PreconditionFailed => return Err(AppError::PreconditionFailed),
        Verdict::Send => {}
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let response = response
        .header(CONTENT_TYPE, media_type(&name))
        .header(ACCEPT_RANGES, "bytes");
    // Parts are for GET only, and only of the file that the client has the rest of.
    let wanted = match method == Method::GET && validators.fits(headers) {
        true => wanted(headers, length),
        false => Wanted::Whole,
    };
    let (response, first, count) = match wanted {
        Wanted::Whole => (response, 0, length),
        Wanted::Part(first, last) => {
            let range = format!("bytes {first}-{last}/{length}");
            let response = response.status(StatusCode::PARTIAL_CONTENT);
            (
                response.header(CONTENT_RANGE, range),
                first,
                last - first + 1,
            )
        }
        Wanted::Nothing => return Err(AppError::RangeNotSatisfiable(length)),
    };
    let body = body::of_file(file, first, count).map_err(AppError::Inside)?;
    finish(response.header(CONTENT_LENGTH, count), body)
}
// ANCHOR_END: send

/// `no-cache` does not forbid to keep the file. It says: ask whether it is still right before you
/// use it. Without that word, browsers guess how long it is.
fn with_validators(validators: &Validators) -> Builder {
    let response = Response::builder()
        .header(ETAG, &validators.etag)
        .header(CACHE_CONTROL, "no-cache")
        // Caches: what you have may be compressed, and not for everybody.
        .header(VARY, "accept-encoding");
    match validators.modified {
        Some(modified) => response.header(LAST_MODIFIED, httpdate::fmt_http_date(modified)),
        None => response,
    }
}

fn finish(response: Builder, body: Body) -> Result<Response, AppError> {
    let response = response.body(body);
    Ok(response.expect("numbers, dates and our own words can stand in headers"))
}
