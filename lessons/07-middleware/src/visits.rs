//! The "last visit" page, in two forms: the page sets the time in the session, or a layer does.

use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{Html, IntoResponse};
use axum::routing::{MethodRouter, get};
use axum_extra::extract::SignedCookieJar;
use axum_extra::extract::cookie::Key;
use jiff::Timestamp;

use crate::session::Session;
use crate::site::HEAD;

/// The page sets the time itself.
pub fn set_in_view() -> Router<Key> {
    only(get(async |jar: SignedCookieJar| {
        let page = greet(&jar);
        (visited(jar), page)
    }))
}

/// The page only reads it, and a layer sets it after every answer.
pub fn set_by_layer(key: Key) -> Router<Key> {
    let page = get(async |jar: SignedCookieJar| greet(&jar));
    only(page).layer(from_fn_with_state(key, last_visit))
}

/// After: whatever the answer was, this was a visit.
async fn last_visit(jar: SignedCookieJar, request: Request, next: Next) -> impl IntoResponse {
    let response = next.run(request).await;
    (visited(jar), response)
}

fn visited(jar: SignedCookieJar) -> SignedCookieJar {
    let mut session = Session::of(&jar);
    session.last_visit = Some(now());
    session.save(jar)
}

/// The time comes from a cookie: signed, so it is ours; escaped all the same.
fn greet(jar: &SignedCookieJar) -> Html<String> {
    let this_visit = now();
    let lines = match Session::of(jar).last_visit {
        Some(last_visit) => format!(
            "<p>Welcome back to this site!</p>
<p>You last visited on {} UTC</p>
<p>This visit on {this_visit} UTC</p>",
            html_escape::encode_text(&last_visit)
        ),
        None => format!(
            "<p>Welcome to this site on your first visit!</p>
<p>This visit on {this_visit} UTC</p>
<p>Please Refresh the web page to proceed</p>"
        ),
    };
    Html(format!("{HEAD}<title>Hello, visitor!</title>\n{lines}\n"))
}

/// In UTC, whatever the clock on the wall of this machine shows: `Sat Nov 21 03:22:08 2026`.
pub fn now() -> String {
    Timestamp::now().strftime("%a %b %e %T %Y").to_string()
}

/// This page and no other; anything else below its path is an error.
fn only(page: MethodRouter<Key>) -> Router<Key> {
    Router::new()
        .route("/", page)
        .fallback(async || error_page(StatusCode::NOT_FOUND))
        .method_not_allowed_fallback(async || error_page(StatusCode::METHOD_NOT_ALLOWED))
}

fn error_page(status: StatusCode) -> impl IntoResponse {
    let page = format!("{HEAD}<title>{status}</title>\n<h1>{status}</h1>\n");
    (status, Html(page))
}
