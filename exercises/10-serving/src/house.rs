//! The routes and their handlers.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, PathRejection};
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{StatusCode, Uri};
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

async fn show(State(shelf): State<Arc<Shelf>>, name: AName) -> Result<Response, AppError> {
    let Path(name) = name?;
    let document = shelf
        .find(&name)
        .ok_or_else(|| AppError::not_there(&name))?;
    let caching = "no-cache";
    let known = [(CACHE_CONTROL, caching)];
    let about = [(CONTENT_TYPE, media_type(&name))];
    Ok((known, about, document.bytes).into_response())
}

async fn put(
    State(shelf): State<Arc<Shelf>>,
    name: AName,
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
    match shelf.put(name, document) {
        true => Ok((StatusCode::OK, version)),
        false => Ok((StatusCode::CREATED, version)),
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
