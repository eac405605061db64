//! Sessions: what a server remembers of a visitor, in a signed cookie that the visitor keeps.

use std::env;

use anyhow::ensure;
use axum::extract::Request;
use axum::http::HeaderValue;
use axum::http::header::{COOKIE, VARY};
use axum::response::{IntoResponse, Response};
use axum_extra::extract::SignedCookieJar;
use axum_extra::extract::cookie::{Cookie, Key, SameSite};
use serde::{Deserialize, Serialize};

/// What is known of one visitor.
#[derive(Default, Serialize, Deserialize)]
pub struct Session {
    pub last_visit: Option<String>,
    pub flashed: Vec<String>,
}

impl Session {
    /// The jar gives only what it has signed. Whatever is wrong with a
    /// cookie, the visitor is a stranger, and no more is said.
    pub fn of(jar: &SignedCookieJar) -> Session {
        let cookie = jar.get("session");
        let session = cookie.and_then(|cookie| serde_json::from_str(cookie.value()).ok());
        session.unwrap_or_default()
    }

    /// HttpOnly: no script reads it. SameSite: a POST from another site's
    /// page comes without it. Path: it is for all of our pages.
    pub fn save(&self, jar: SignedCookieJar) -> SignedCookieJar {
        let value = serde_json::to_string(self).expect("text can be JSON");
        let cookie = Cookie::build(("session", value));
        jar.add(cookie.http_only(true).same_site(SameSite::Lax).path("/"))
    }
}

/// What sessions are signed with. Anyone who knows it can be anybody.
pub fn secret_key() -> anyhow::Result<Key> {
    let Ok(secret) = env::var("SECRET_KEY") else {
        return Ok(Key::generate()); // sessions do not outlive the server: safe, and will do here
    };
    ensure!(secret.len() >= 32, "SECRET_KEY must have 32 bytes or more");
    Ok(Key::derive_from(secret.as_bytes()))
}

/// Before: take out each cookie that is not ASCII. Any program on this machine may have set it,
/// and a jar would skip the whole header, with ours in it.
pub async fn text_cookies(mut request: Request) -> Request {
    let lines = request.headers().get_all(COOKIE).iter();
    let pairs = lines.flat_map(|line| line.as_bytes().split(|byte| *byte == b';'));
    let pairs: Vec<&[u8]> = pairs.filter(|pair| pair.is_ascii()).collect();
    if let Ok(cookies) = HeaderValue::from_bytes(&pairs.join(&b';')) {
        request.headers_mut().insert(COOKIE, cookies);
    }
    request
}

/// After: tell caches that with another cookie, this would be another page.
pub async fn vary(response: Response) -> impl IntoResponse {
    ([(VARY, "cookie")], response)
}
