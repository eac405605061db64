//! The types between a body and a handler. A handler that has a `JsonBody<Item>` among its
//! arguments runs when there is an item, and not else.

use std::str;

use axum::body::{Bytes, to_bytes};
use axum::extract::{FromRequest, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use percent_encoding::percent_decode;

use crate::error::AppError;
use crate::record::{Record, from_form, from_json};
use crate::serve::BODY_LIMIT;

// ANCHOR: extract
pub struct JsonBody<T>(pub T);
pub struct FormBody<T>(pub T);

impl<T: Record, S: Sync> FromRequest<S> for JsonBody<T> {
    type Rejection = AppError;

    async fn from_request(request: Request, _: &S) -> Result<Self, AppError> {
        let media_type = media_type(request.headers());
        let body = body(request).await?;
        // A body that is empty has no type that could be wrong.
        if !body.is_empty() && !is_json(&media_type) {
            return Err(wrong_type("application/json", &media_type));
        }
        let Ok(text) = str::from_utf8(&body) else {
            return Err(no_text());
        };
        Ok(JsonBody(from_json(text)?))
    }
}

impl<T: Record, S: Sync> FromRequest<S> for FormBody<T> {
    type Rejection = AppError;

    async fn from_request(request: Request, _: &S) -> Result<Self, AppError> {
        from_this_site(request.headers())?;
        let media_type = media_type(request.headers());
        let body = body(request).await?;
        if !body.is_empty() && media_type != "application/x-www-form-urlencoded" {
            return Err(wrong_type("application/x-www-form-urlencoded", &media_type));
        }
        // form_urlencoded puts U+FFFD for bytes that are no text, without a word.
        if percent_decode(&body).decode_utf8().is_err() {
            return Err(no_text());
        }
        let pairs = form_urlencoded::parse(&body).into_owned();
        Ok(FormBody(from_form(pairs.collect())?))
    }
}
// ANCHOR_END: extract

/// A form on any page of the web may post to this server. A browser says in a header whose page it
/// was (lesson 06); a program that is no browser does not.
fn from_this_site(headers: &HeaderMap) -> Result<(), AppError> {
    let site = headers.get("sec-fetch-site").map(|value| value.as_bytes());
    match site {
        None | Some(b"same-origin" | b"none") => Ok(()),
        Some(_) => Err(AppError::new(
            StatusCode::FORBIDDEN,
            "This form was sent by a page of another site.",
        )),
    }
}

/// `serve` has read the body and limited it: here it comes in one piece.
async fn body(request: Request) -> Result<Bytes, AppError> {
    let body = to_bytes(request.into_body(), BODY_LIMIT).await;
    body.map_err(|error| AppError::Inside(error.into()))
}

/// What the client says that its body is: `application/json` of
/// `Application/JSON; charset=utf-8`. Empty when it does not say, or says it twice.
fn media_type(headers: &HeaderMap) -> String {
    let mut types = headers.get_all(CONTENT_TYPE).iter();
    let (Some(value), None) = (types.next(), types.next()) else {
        return String::new();
    };
    let value = String::from_utf8_lossy(value.as_bytes());
    let before_parameters = value.split(';').next().unwrap_or_default();
    before_parameters.trim().to_ascii_lowercase()
}

fn is_json(media_type: &str) -> bool {
    let subtype = media_type.strip_prefix("application/");
    subtype.is_some_and(|subtype| subtype == "json" || subtype.ends_with("+json"))
}

fn wrong_type(wanted: &str, sent: &str) -> AppError {
    let detail = format!("The Content-Type must be {wanted}, and it is {sent:?}.");
    AppError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail)
}

fn no_text() -> AppError {
    AppError::new(StatusCode::BAD_REQUEST, "The body is not UTF-8 text.")
}
