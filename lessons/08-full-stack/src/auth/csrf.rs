//! A form carries a token that only our pages know. Django: `CsrfViewMiddleware`.
//!
//! The token is in a cookie too, so the server keeps nothing: another site can make a browser send
//! the cookie, and cannot read it to put it into a form.

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, MatchedPath, Request};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use percent_encoding::percent_decode;
use subtle::ConstantTimeEq;
use tower_cookies::{Cookie, Cookies};
use tower_sessions::cookie::SameSite;
use tower_sessions::cookie::time::Duration;
use tower_sessions::session::Id;

use crate::error::AppError;
use crate::forms::Posted;
use crate::page::Page;

const NAME: &str = "csrftoken";
const FIELD: &str = "csrfmiddlewaretoken";
const HEADER: &str = "x-csrftoken";

/// The token for a form. Its cookie is set anew, so its year begins today.
pub fn token(page: &Page) -> String {
    let known = page.cookies.get(NAME);
    let known = known.map(|cookie| cookie.value().to_string());
    let is_of_token = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    let token = known.filter(|token| token.len() == 44 && token.bytes().all(is_of_token));
    set(page, token.unwrap_or_else(random))
}

/// Another token: one that was planted before the login is worth nothing after it.
pub fn renew(page: &Page) {
    set(page, random());
}

/// 256 random bits: twice what a session's id has.
fn random() -> String {
    format!("{}{}", Id::default(), Id::default())
}

fn set(page: &Page, token: String) -> String {
    let cookie = Cookie::build((NAME, token.clone())).secure(page.app.settings.tls);
    let cookie = cookie.path("/").same_site(SameSite::Lax).http_only(true);
    let cookie = cookie.max_age(Duration::days(364)).build();
    page.cookies.add(cookie);
    token
}

/// Refuses what may change something and has no token, or another than its cookie. The form is
/// read for that, and kept for the view.
pub async fn csrf(cookies: Cookies, request: Request, next: Next) -> Result<Response, Response> {
    let is_page = request.extensions().get::<MatchedPath>().is_some();
    if request.method().is_safe() || !is_page {
        return Ok(next.run(request).await);
    }
    let (mut request, posted) = read_form(request).await?;
    let header = request.headers().get(HEADER).map(|token| token.as_bytes());
    let field = posted.get(FIELD).map(|token| token.as_bytes());
    let sent = header.or(field).unwrap_or_default();
    let cookie = cookies.get(NAME);
    let cookie = cookie.as_ref().map_or("", |cookie| cookie.value());
    if cookie.is_empty() || !bool::from(sent.ct_eq(cookie.as_bytes())) {
        let reason = "The token of the form is missing or old. Load the page again.";
        return Err(AppError::forbidden(reason).into_response());
    }
    request.extensions_mut().insert(posted);
    Ok(next.run(request).await)
}

/// Takes the form out of a request, if it has one.
async fn read_form(request: Request) -> Result<(Request, Posted), Response> {
    let kind = request.headers().get(CONTENT_TYPE);
    let kind = kind.map_or(&b""[..], |kind| kind.as_bytes());
    if !kind.starts_with(b"application/x-www-form-urlencoded") {
        return Ok((request, Posted::new()));
    }
    let (parts, body) = request.into_parts();
    let bytes = Bytes::from_request(Request::new(body), &()).await;
    let bytes = bytes.map_err(IntoResponse::into_response)?; // 413, above 2 MB
    let text = percent_decode(&bytes).decode_utf8();
    if text.is_err() || text.is_ok_and(|text| text.contains('\0')) {
        let reason = "The form holds bytes that are not text.";
        return Err((StatusCode::BAD_REQUEST, reason).into_response());
    }
    let posted = form_urlencoded::parse(&bytes).into_owned().collect();
    Ok((Request::from_parts(parts, Body::empty()), posted))
}
