//! Flashed messages: what one request has to say, the next page shows, once.

use axum::Form;
use axum::http::{Method, StatusCode};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum_extra::extract::SignedCookieJar;
use serde::Deserialize;

use crate::session::Session;
use crate::site::HEAD;

/// How many characters a message may have, and how many wait at a time: a browser keeps a
/// cookie of up to 4096 bytes.
const LONGEST: usize = 100;
const MOST: usize = 3;

#[derive(Deserialize)]
pub struct Message {
    text: String,
}

/// Keeps a message in the session, for the next page. 303: the browser gets that by GET, and
/// reloading it does not post again.
pub async fn keep(jar: SignedCookieJar, Form(Message { text }): Form<Message>) -> Response {
    if text.trim().is_empty() || text.chars().count() > LONGEST {
        let reason = "A message has 1 to 100 characters.\n";
        return (StatusCode::UNPROCESSABLE_ENTITY, reason).into_response();
    }
    let mut session = Session::of(&jar);
    session.flashed.push(text);
    let too_many = session.flashed.len().saturating_sub(MOST);
    session.flashed.drain(..too_many); // the oldest
    (session.save(jar), Redirect::to("/messages")).into_response()
}

/// Takes all messages out of the session, and shows them.
pub async fn show(method: Method, jar: SignedCookieJar) -> impl IntoResponse {
    let mut page = format!("{HEAD}<title>Messages</title>\n");
    let mut session = Session::of(&jar);
    // HEAD is a look from outside: it must not use up what GET would show.
    let shown = match method {
        Method::HEAD => 0,
        _ => session.flashed.len(),
    };
    for text in session.flashed.drain(..shown) {
        let text = html_escape::encode_text(&text);
        page += &format!("<p role=\"status\">{text}</p>\n");
    }
    page += "<form method=\"POST\">\n<input name=\"text\" aria-label=\"text\">\n";
    page += "<input type=\"submit\">\n</form>\n";
    (session.save(jar), Html(page))
}
