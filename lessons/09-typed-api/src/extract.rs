//! The types between a request and a handler. A handler that has a `JsonBody<Item>` among its
//! arguments runs when there is an item, and not else.

use std::collections::BTreeMap;
use std::str::Utf8Error;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum_extra::headers::authorization::{Authorization, Bearer};
use axum_extra::headers::{ContentType, HeaderMapExt};
use mime::Mime;
use percent_encoding::percent_decode;

use crate::api::App;
use crate::error::{AppError, Result, refused};
use crate::read::{self, Field};

pub struct JsonBody<T>(pub T);
pub struct FormBody<T>(pub T);
pub struct Query<T>(pub T);

impl<T: Field, S: Sync> FromRequest<S> for JsonBody<T> {
    type Rejection = AppError;

    async fn from_request(request: Request, _: &S) -> Result<Self> {
        let body = body(request, "json").await?;
        let text = str::from_utf8(&body).map_err(not_text)?;
        Ok(JsonBody(read::json(text)?))
    }
}

impl<T: Field, S: Sync> FromRequest<S> for FormBody<T> {
    type Rejection = AppError;

    async fn from_request(request: Request, _: &S) -> Result<Self> {
        let body = body(request, "x-www-form-urlencoded").await?;
        let mut sent = pairs(&body)?;
        sent.retain(|_, value| !value.is_empty()); // what was left empty was not sent
        Ok(FormBody(read::pairs("body", sent)?))
    }
}

impl<T: Field, S: Sync> FromRequestParts<S> for Query<T> {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        let query = parts.uri.query().unwrap_or_default();
        Ok(Query(read::pairs("query", pairs(query.as_bytes())?)?))
    }
}

async fn body(request: Request, wanted: &str) -> Result<Bytes> {
    let sent = request.headers().typed_get::<ContentType>().map(Mime::from);
    // `application/json`, or of a kind that is built on it: `application/geo+json`.
    let is_wanted = sent.is_some_and(|sent| sent.suffix().unwrap_or(sent.subtype()) == wanted);
    let body = Bytes::from_request(request, &()).await;
    let body = body.map_err(|rejection| refused(rejection.status(), rejection.body_text()))?;
    match is_wanted || body.is_empty() {
        true => Ok(body),
        false => Err(refused(StatusCode::UNSUPPORTED_MEDIA_TYPE, OTHER_TYPE)),
    }
}

const OTHER_TYPE: &str = "The Content-Type is another than this operation reads.";

fn pairs(encoded: &[u8]) -> Result<BTreeMap<String, String>> {
    // `parse` puts U+FFFD for bytes that are not text, without a word.
    percent_decode(encoded).decode_utf8().map_err(not_text)?;
    Ok(form_urlencoded::parse(encoded).into_owned().collect())
}

fn not_text(_: Utf8Error) -> AppError {
    refused(StatusCode::BAD_REQUEST, "What was sent is not UTF-8 text.")
}

/// Somebody who knows the token. A handler that takes a `Keeper` runs for them alone: what is in it
/// is private, so nobody else can make one.
pub struct Keeper(());

impl FromRequestParts<Arc<App>> for Keeper {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self> {
        // ANCHOR: token
        let sent = parts.headers.typed_get::<Authorization<Bearer>>();
        match (&app.token, sent) {
            (Some(ours), Some(sent)) if ours == sent.token() => Ok(Keeper(())),
            _ => Err(refused(StatusCode::UNAUTHORIZED, "This needs a token.")),
        }
        // ANCHOR_END: token
    }
}
