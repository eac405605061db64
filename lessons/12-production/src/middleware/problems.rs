//! Makes a page of what went wrong, or JSON for a program. Django: `handler404` and its kin.

use std::net::IpAddr;
use std::panic::AssertUnwindSafe;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, X_FRAME_OPTIONS};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use futures_util::FutureExt;
use minijinja::{Value, context};
use serde_json::json;

use crate::app::App;
use crate::error::{AppError, Problem};
use crate::serve::Peer;

pub async fn problems(State(app): State<App>, request: Request, next: Next) -> Response {
    let is_api = request.uri().path().starts_with("/api/");
    let asked = format!("{} {}", request.method(), request.uri().path());
    let may_see = app.settings.debug && is_from_this_machine(&request);
    // A panic ends this request, and not the connection with others that wait on it. What it said
    // stands on standard error already.
    let answer = AssertUnwindSafe(next.run(request)).catch_unwind().await;
    let response = answer.unwrap_or_else(|_| AppError::Inside("a panic".into()).into_response());
    let Some(problem) = response.extensions().get::<Problem>().cloned() else {
        return response;
    };
    if let Some(detail) = &problem.detail {
        // Escaped: a line end in it would begin a line of the log that looks like another's.
        eprintln!(
            "{}: {}: {}",
            problem.status,
            asked.escape_debug(),
            detail.escape_debug()
        );
    }
    let (mut head, _) = response.into_parts();
    head.headers.remove(CONTENT_LENGTH);
    head.headers.remove(CONTENT_TYPE);
    // This page is made outside of the middleware that would say so.
    head.headers
        .insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    let body = if is_api {
        let mut body = json!({ "error": problem.reason });
        if let (Some(body), Some(place)) = (body.as_object_mut(), problem.place.as_object()) {
            body.extend(place.clone());
        }
        Json(body).into_response()
    } else {
        let detail = problem.detail.as_deref().filter(|_| may_see);
        page(
            &app,
            &problem,
            detail.map(|detail| debug(&app, &asked, detail)),
        )
    };
    let (body_head, body) = body.into_parts();
    head.headers.extend(body_head.headers);
    Response::from_parts(head, body)
}

/// Whether whoever asks sits at this machine: then they may see what broke. Behind a proxy on this
/// machine, everybody seems to; but a proxy says whom it asks for.
fn is_from_this_machine(request: &Request) -> bool {
    let peer = request.extensions().get::<Peer>();
    let proxied = ["forwarded", "via", "x-forwarded-for", "x-real-ip"];
    let is_loopback = |address: IpAddr| address.is_loopback();
    peer.is_some_and(|Peer(peer)| is_loopback(*peer))
        && !proxied
            .iter()
            .any(|name| request.headers().contains_key(*name))
}

fn page(app: &App, problem: &Problem, debug: Option<Value>) -> Response {
    let values = context! {
        status => problem.status.to_string(),
        reason => problem.reason.as_str(),
        debug => debug,
    };
    let page = app.templates.get_template("problem.html");
    let page = page.and_then(|page| page.render(values));
    Html(page.unwrap_or(problem.status.to_string())).into_response()
}

/// For the developer: what broke, and under which settings. Secrets are no part of it.
fn debug(app: &App, asked: &str, detail: &str) -> Value {
    let settings = &app.settings;
    context! {
        asked => asked,
        detail => detail,
        settings => context! {
            debug => settings.debug,
            allowed_hosts => settings.allowed_hosts.join(", "),
            tls => settings.tls,
            database => settings.database_url.split(':').next(),
        },
    }
}
