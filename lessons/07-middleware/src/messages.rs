//! Flashed messages: what one request has to say, the next page shows, once.

use axum::body::to_bytes;
use axum::extract::Request;
use axum::http::header::LOCATION;
use axum::http::{Method, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use percent_encoding::percent_decode;
use serde_json::Value;

use crate::service::{Service, service};
use crate::session::{Session, session};
use crate::settings::Settings;
use crate::visits::{method_not_allowed, not_found};

const FLASHED: &str = "flashed";
/// How many characters a message may have, and how many wait at a time: all of them must fit into a
/// cookie.
const LONGEST: usize = 100;
const MOST: usize = 3;
/// The largest form that is read, in bytes.
const LARGEST_FORM: usize = 4096;

pub fn messages(settings: &Settings) -> Service {
    session(settings, service(answer))
}

pub async fn answer(request: Request) -> Response {
    let here = matches!(request.uri().path(), "/messages" | "/messages/");
    match (here, request.method()) {
        (false, _) => not_found(),
        (true, &Method::GET | &Method::HEAD) => show(&request).into_response(),
        (true, &Method::POST) => keep(request).await.unwrap_or_else(refuse),
        (true, _) => method_not_allowed("GET, HEAD, POST"),
    }
}

// ANCHOR: flash
/// Keeps a message in the session, for the next page.
fn flash(session: &Session, text: &str) {
    let mut messages = flashed(session);
    messages.push(text.into());
    let too_many = messages.len().saturating_sub(MOST);
    messages.drain(..too_many); // the oldest
    session.set(FLASHED, messages);
}

/// Takes all messages out of the session.
fn flashed(session: &Session) -> Vec<String> {
    let Some(Value::Array(messages)) = session.take(FLASHED) else {
        return Vec::new();
    };
    let texts = messages.iter().filter_map(Value::as_str);
    texts.map(str::to_string).collect()
}
// ANCHOR_END: flash

fn show(request: &Request) -> Html<String> {
    let mut page = String::from("<!doctype html>\n<html lang=\"en\">\n<title>Messages</title>\n");
    // HEAD is a look from outside: it must not use up what GET would show.
    if request.method() == Method::GET {
        for text in flashed(&Session::of(request)) {
            page += &format!(
                "<p role=\"status\">{}</p>\n",
                html_escape::encode_text(&text)
            );
        }
    }
    page += "<form method=\"POST\">\n<input name=\"text\" aria-label=\"text\">\n<input type=\"submit\">\n</form>\n";
    Html(page)
}

/// 303: the browser gets the next page by GET, and reloading that does not post again.
async fn keep(request: Request) -> Result<Response, (StatusCode, &'static str)> {
    let session = Session::of(&request);
    let body = to_bytes(request.into_body(), LARGEST_FORM).await;
    let body = body.map_err(|_| {
        (
            StatusCode::PAYLOAD_TOO_LARGE,
            "The form is too large, or broke off.",
        )
    })?;
    percent_decode(&body)
        .decode_utf8()
        .map_err(|_| (StatusCode::BAD_REQUEST, "The form is not UTF-8 text."))?;
    let mut fields = form_urlencoded::parse(&body);
    let text = fields
        .find(|(name, _)| name == "text")
        .map(|(_, text)| text);
    let text = text.unwrap_or_default();
    if text.trim().is_empty() || text.chars().count() > LONGEST {
        return Err((
            StatusCode::UNPROCESSABLE_ENTITY,
            "A message has 1 to 100 characters.",
        ));
    }
    flash(&session, &text);
    Ok((StatusCode::SEE_OTHER, [(LOCATION, "/messages/")]).into_response())
}

fn refuse((status, problem): (StatusCode, &'static str)) -> Response {
    let page = format!("<h1>{}</h1>\n<p>{problem}</p>\n", status.as_u16());
    (status, Html(page)).into_response()
}
