//! Answers a request for a path of the folder.

use std::io::{self, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::header::{
    ACCEPT_ENCODING, ACCEPT_RANGES, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE,
    ETAG, LAST_MODIFIED, LOCATION, VARY,
};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use cap_std::fs::{File, Metadata};
use futures_util::stream;
use mime_guess::mime::{self, Mime};
use tokio::io::{AsyncReadExt, AsyncSeekExt};
use tokio::task::spawn_blocking;

use crate::conditional::{Validators, Verdict};
use crate::error::{AppError, NOT_FOUND, Result};
use crate::folder::{Entry, Folder, Found};
use crate::page;
use crate::path::RequestPath;
use crate::range::{Wanted, wanted};

/// The most that is read at once, and the most of a file that is in memory for a client.
const PIECE: u64 = 128 * 1024;

/// What is to be sent.
enum Answer {
    File(File, Metadata, PathBuf),
    List(Vec<Entry>),
    AddSlash,
}

pub async fn answer(State(folder): State<Arc<Folder>>, request: Request) -> Result<Response> {
    let (head, _) = request.into_parts();
    if head.method != Method::GET && head.method != Method::HEAD {
        return Err(AppError::MethodNotAllowed(head.method));
    }
    let asked = RequestPath::parse(head.uri.path())?;
    let (path, is_folder) = (asked.in_folder()?, asked.is_folder);
    // Calls for files block: a disk may be slow, or be at the other end of a network. So they are
    // made on a thread that may wait, in one go.
    let found = spawn_blocking(move || look_up(&folder, path, is_folder)).await;
    match found.map_err(io::Error::other)?? {
        Answer::File(file, metadata, path) => send(file, &metadata, &path, &head).await,
        Answer::List(entries) => {
            let page = page::list(head.uri.path(), &entries);
            Ok(([(CACHE_CONTROL, "no-cache")], page).into_response())
        }
        // Links in a page count from its last slash: without it, those of a list would lead to the
        // wrong place.
        Answer::AddSlash => {
            let query = head.uri.query().filter(|query| !query.is_empty());
            let query = query.map_or(String::new(), |query| format!("?{query}"));
            let location = asked.with_slash() + &query;
            Ok((StatusCode::MOVED_PERMANENTLY, [(LOCATION, location)]).into_response())
        }
    }
}

fn look_up(folder: &Folder, path: PathBuf, is_folder: bool) -> Result<Answer> {
    // Whatever is wrong with a path, the client learns that there is nothing for it. The log says
    // what it was.
    let not_there = |error: io::Error| {
        if error.kind() != io::ErrorKind::NotFound {
            tracing::warn!(?path, %error, "cannot be opened");
        }
        NOT_FOUND
    };
    match folder.find(&path).map_err(not_there)? {
        Found::File(file, metadata) if !is_folder => Ok(Answer::File(file, metadata, path)),
        Found::File(..) => Err(NOT_FOUND),
        Found::Folder if !is_folder => Ok(Answer::AddSlash),
        Found::Folder => {
            for index in ["index.html", "index.htm"] {
                let path = path.join(index);
                if let Ok(Found::File(file, metadata)) = folder.find(&path) {
                    return Ok(Answer::File(file, metadata, path));
                }
            }
            Ok(Answer::List(folder.entries(&path).map_err(not_there)?))
        }
    }
}

/// The file, or a part of it, or the word that the client has it already.
async fn send(file: File, metadata: &Metadata, path: &Path, head: &Parts) -> Result<Response> {
    let length = metadata.len();
    let media_type = mime_guess::from_path(path).first_or_octet_stream();
    let state = Validators::new(length, metadata.modified()?.into_std());
    // Parts are for GET only, and only of the file that the client has the rest of.
    let wanted = match head.method == Method::GET && state.fits(&head.headers) {
        true => wanted(&head.headers, length),
        false => Wanted::Whole,
    };
    // Compressed, it is other bytes: `W/` says that the ETag stands for the meaning only. A 304 has
    // the ETag that the 200 would have, so this is decided before either.
    let is_worth_it = wanted == Wanted::Whole && length > 256 && is_text(&media_type);
    let etag = match is_worth_it && takes_gzip(&head.headers) {
        true => format!("W/{}", state.etag),
        false => state.etag.clone(),
    };
    let mut response = Response::builder()
        .header(ETAG, etag)
        // This does not forbid to keep the file. It says: ask whether it is still right before you
        // use it. Without that word, browsers guess how long it is.
        .header(CACHE_CONTROL, "no-cache")
        // Caches: what you have may be compressed, and not for everybody.
        .header(VARY, "accept-encoding");
    if let Some(date) = state.last_modified {
        response = response.header(LAST_MODIFIED, httpdate::fmt_http_date(date));
    }
    match state.verdict(&head.headers) {
        Verdict::NotModified => {
            let response = response.status(StatusCode::NOT_MODIFIED);
            return Ok(response.body(Body::empty())?);
        }
        Verdict::PreconditionFailed => {
            let reason = "The file is not in the state that the request relies on.";
            return Err(AppError::Refused(StatusCode::PRECONDITION_FAILED, reason));
        }
        Verdict::Send => {}
    }
    let (first, count) = match wanted {
        Wanted::Whole => (0, length),
        Wanted::Part(first, last) => {
            let range = format!("bytes {first}-{last}/{length}");
            response = response
                .status(StatusCode::PARTIAL_CONTENT)
                .header(CONTENT_RANGE, range);
            (first, last - first + 1)
        }
        Wanted::Nothing => return Err(AppError::RangeNotSatisfiable(length)),
    };
    let response = response
        .header(CONTENT_TYPE, with_charset(&media_type))
        .header(ACCEPT_RANGES, "bytes")
        .header(CONTENT_LENGTH, count);
    Ok(response.body(body(file, first, count).await?)?)
}

/// Whether there is something to gain by compressing it: pictures and archives are compressed
/// already.
fn is_text(media_type: &Mime) -> bool {
    let name = media_type.essence_str();
    name.starts_with("text/") || name.ends_with("json") || name.ends_with("xml")
}

/// Text without a charset is guessed at by browsers; in this house it is UTF-8. XML says itself
/// what it is.
fn with_charset(media_type: &Mime) -> String {
    match media_type.type_() == mime::TEXT && media_type.subtype() != mime::XML {
        true => format!("{media_type}; charset=utf-8"),
        false => media_type.to_string(),
    }
}

/// tower-http looks more closely, and may yet send it as it is, to a client that says `gzip;q=0`.
fn takes_gzip(headers: &HeaderMap) -> bool {
    let mut values = headers.get_all(ACCEPT_ENCODING).iter();
    values.any(|value| String::from_utf8_lossy(value.as_bytes()).contains("gzip"))
}

/// A body of `count` bytes of the file, from `first` on.
async fn body(file: File, first: u64, count: u64) -> io::Result<Body> {
    let mut file = tokio::fs::File::from_std(file.into_std());
    file.seek(SeekFrom::Start(first)).await?;
    Ok(Body::from_stream(stream::try_unfold((file, count), piece)))
}

type Left = (tokio::fs::File, u64);

/// The next piece, read when the client has taken the one before. A file that became shorter is an
/// error: the length is promised, and all that is left to us then is to break off, so that the
/// client sees that it does not have the whole.
async fn piece((mut file, left): Left) -> io::Result<Option<(Bytes, Left)>> {
    if left == 0 {
        return Ok(None);
    }
    // ANCHOR: piece
    let mut piece = vec![0; left.min(PIECE) as usize];
    file.read_exact(&mut piece).await?;
    let left = left - piece.len() as u64;
    Ok(Some((piece.into(), (file, left))))
    // ANCHOR_END: piece
}
