//! The "last visit" page, in two forms: the page sets the time in the session, or a layer does.

use std::sync::Arc;

use axum::extract::Request;
use axum::http::header::{ALLOW, LOCATION};
use axum::http::{Method, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use futures_util::FutureExt;
use jiff::Timestamp;

use crate::service::{Service, service};
use crate::session::{Session, session};
use crate::settings::Settings;

pub const LAST_VISIT: &str = "lastvisit";

// ANCHOR: in_view
/// The page sets the time itself.
pub fn set_in_view(settings: &Settings) -> Service {
    session(settings, service(view_that_sets))
}

pub async fn view_that_sets(request: Request) -> Response {
    let session = Session::of(&request);
    only_here(&request, || {
        let page = greet(&session);
        set_last_visit(&session);
        page
    })
}
// ANCHOR_END: in_view

// ANCHOR: by_layer
/// The page only reads it, and a layer sets it after every answer.
pub fn set_by_layer(settings: &Settings) -> Service {
    session(settings, last_visit(service(view_that_reads)))
}

pub async fn view_that_reads(request: Request) -> Response {
    only_here(&request, || greet(&Session::of(&request)))
}

// ANCHOR: after
/// After: whatever the answer was, this was a visit.
fn last_visit(next: Service) -> Service {
    Arc::new(move |request| {
        let session = Session::of(&request);
        next(request)
            .inspect(move |_| set_last_visit(&session))
            .boxed()
    })
}
// ANCHOR_END: after
// ANCHOR_END: by_layer

pub fn set_last_visit(session: &Session) {
    session.set(LAST_VISIT, now());
}

// ANCHOR: greet
fn greet(session: &Session) -> Html<String> {
    let last_visit = session.get(LAST_VISIT);
    greeting(last_visit.as_ref().and_then(|time| time.as_str()))
}

/// The page. The time of the last visit comes from a cookie: signed, so it is ours; escaped all the same.
pub fn greeting(last_visit: Option<&str>) -> Html<String> {
    let this_visit = now();
    let lines = match last_visit {
        Some(last_visit) => format!(
            "<p>Welcome back to this site!</p>\n\
             <p>You last visited on {} UTC</p>\n\
             <p>This visit on {this_visit} UTC</p>",
            html_escape::encode_text(last_visit)
        ),
        None => format!(
            "<p>Welcome to this site on your first visit!</p>\n\
             <p>This visit on {this_visit} UTC</p>\n\
             <p>Please Refresh the web page to proceed</p>"
        ),
    };
    Html(format!(
        "<!doctype html>\n<html lang=\"en\">\n<title>Hello, visitor!</title>\n{lines}\n"
    ))
}

/// The time in UTC, whatever the clock on this machine's wall shows: `Sat Nov 21 03:22:08 2026`.
pub fn now() -> String {
    Timestamp::now()
        .strftime("%a %b %e %H:%M:%S %Y")
        .to_string()
}
// ANCHOR_END: greet

/// A page at `/visits/` and nothing else below it; `/visits` leads there.
fn only_here(request: &Request, page: impl FnOnce() -> Html<String>) -> Response {
    let path = request.uri().path();
    let is_get = matches!(*request.method(), Method::GET | Method::HEAD);
    match (path.ends_with('/'), path.matches('/').count()) {
        (false, 1) if is_get => {
            let query = request.uri().query().map(|query| format!("?{query}"));
            let location = format!("{path}/{}", query.unwrap_or_default());
            let page = format!(
                "<p>This page's address ends in a slash: <a href=\"{0}\">{0}</a></p>\n",
                html_escape::encode_double_quoted_attribute(&location)
            );
            let status = StatusCode::PERMANENT_REDIRECT;
            (status, [(LOCATION, location)], Html(page)).into_response()
        }
        (true, 2) if is_get => page().into_response(),
        (true, 2) if request.method() == Method::OPTIONS => {
            ([(ALLOW, "GET, HEAD, OPTIONS")], Html("")).into_response()
        }
        (true, 2) => method_not_allowed("GET, HEAD, OPTIONS"),
        _ => not_found(),
    }
}

pub fn method_not_allowed(allowed: &'static str) -> Response {
    let page = Html(format!(
        "<h1>405</h1>\n<p>This page answers {allowed} only.</p>\n"
    ));
    (StatusCode::METHOD_NOT_ALLOWED, [(ALLOW, allowed)], page).into_response()
}

pub fn not_found() -> Response {
    (StatusCode::NOT_FOUND, Html("<h1>404</h1>\n")).into_response()
}
