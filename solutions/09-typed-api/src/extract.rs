//! The types between a request and a handler, as in lesson 09.

use std::collections::BTreeMap;
use std::str::Utf8Error;

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use percent_encoding::percent_decode;

use crate::error::{AppError, Result, refused};
use crate::read::{self, Field};

pub struct JsonBody<T>(pub T);
pub struct Query<T>(pub T);

impl<T: Field, S: Sync> FromRequest<S> for JsonBody<T> {
    type Rejection = AppError;

    async fn from_request(request: Request, _: &S) -> Result<Self> {
        let sent = request.headers().get(CONTENT_TYPE);
        let is_json = sent.is_some_and(|sent| sent.as_bytes().starts_with(b"application/json"));
        if !is_json {
            let detail = "The Content-Type must be application/json.";
            return Err(refused(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail));
        }
        let body = Bytes::from_request(request, &()).await;
        let body = body.map_err(|rejection| refused(rejection.status(), rejection.body_text()))?;
        let text = str::from_utf8(&body).map_err(not_text)?;
        Ok(JsonBody(read::json(text)?))
    }
}

impl<T: Field, S: Sync> FromRequestParts<S> for Query<T> {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        let query = parts.uri.query().unwrap_or_default().as_bytes();
        percent_decode(query).decode_utf8().map_err(not_text)?;
        let pairs: BTreeMap<_, _> = form_urlencoded::parse(query).into_owned().collect();
        Ok(Query(read::pairs(pairs)?))
    }
}

fn not_text(_: Utf8Error) -> AppError {
    refused(StatusCode::BAD_REQUEST, "What was sent is not UTF-8 text.")
}
