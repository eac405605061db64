//! The site inside the stack. Its pages know nothing of the layers around them.

use std::collections::BTreeMap;

use axum::extract::Query;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::middleware::{map_request, map_response};
use axum::response::{Html, IntoResponse};
use axum::routing::{any, get};
use axum::{Json, Router};
use axum_extra::extract::cookie::Key;
use serde_json::{Value, json};

use crate::log::X_REQUEST_ID;
use crate::{messages, session, visits};

/// How each page of HTML begins.
pub const HEAD: &str = "<!doctype html>\n<html lang=\"en\">\n";

pub fn site(key: Key) -> Router {
    Router::new()
        .route("/", any("middleware demo\n"))
        .route("/hello", any(hello))
        .route("/seen", any(seen))
        .route("/boom", any(boom))
        .merge(with_sessions(key))
        .fallback(not_found)
}

async fn hello(Query(query): Query<BTreeMap<String, String>>) -> Html<String> {
    let name = html_escape::encode_text(query.get("name").map_or("World", String::as_str));
    Html(format!("{HEAD}<h1>Hello, {name}!</h1>\n"))
}

/// The request as it is after the layers have had their way with it.
async fn seen(
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    Query(query): Query<Vec<(String, String)>>,
) -> Json<Value> {
    let mut args = BTreeMap::<_, Vec<_>>::new();
    for (name, value) in query {
        args.entry(name).or_default().push(value);
    }
    let id = headers.get(X_REQUEST_ID).and_then(|id| id.to_str().ok());
    Json(json!({ "method": method.as_str(), "path": uri.path(), "request_id": id, "args": args }))
}

async fn boom() {
    panic!("the secret is 42")
}

async fn not_found() -> impl IntoResponse {
    (StatusCode::NOT_FOUND, "not found\n")
}

/// The pages that remember their visitors, in layers of their own.
fn with_sessions(key: Key) -> Router {
    Router::new()
        .nest("/visits", visits::set_by_layer(key.clone()))
        .nest("/visits-in-view", visits::set_in_view())
        .route("/messages", get(messages::show).post(messages::keep))
        .layer(map_request(session::text_cookies))
        .layer(map_response(session::vary))
        .with_state(key)
}
