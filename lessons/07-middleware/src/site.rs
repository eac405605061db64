//! The site inside the stack. Its pages know nothing of the layers around them.

use std::sync::Arc;

use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{Html, IntoResponse, Response};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};

use crate::layers::X_REQUEST_ID;
use crate::service::{Service, service};

// ANCHOR: site
/// The pages, and other services below certain paths.
pub fn site(mounted: Vec<(&'static str, Service)>) -> Service {
    let pages = service(page);
    Arc::new(move |request| {
        let path = request.uri().path();
        let is_here = |place: &str| {
            path.strip_prefix(place)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        match mounted.iter().find(|(place, _)| is_here(place)) {
            Some((_, inner)) => inner(request),
            None => pages(request),
        }
    })
}

pub async fn page(request: Request) -> Response {
    match request.uri().path() {
        "/" => index().into_response(),
        "/hello" => hello(&request).into_response(),
        "/seen" => seen(&request).into_response(),
        "/boom" => boom(),
        _ => not_found(),
    }
}
// ANCHOR_END: site

fn index() -> &'static str {
    "middleware demo\n"
}

fn hello(request: &Request) -> Result<Html<String>, BadQuery> {
    let name = parameters(request)?
        .into_iter()
        .find(|(key, _)| key == "name");
    let name = name.map_or("World".into(), |(_, value)| value);
    Ok(Html(format!(
        "<h1>Hello, {}!</h1>",
        html_escape::encode_text(&name)
    )))
}

// ANCHOR: seen
/// The request as it is after the layers have had their way with it.
fn seen(request: &Request) -> Result<impl IntoResponse + use<>, BadQuery> {
    let mut args = Map::new();
    for (name, value) in parameters(request)? {
        let values = args.entry(name).or_insert(Value::Array(Vec::new()));
        if let Value::Array(values) = values {
            values.push(value.into());
        }
    }
    let id = request.headers().get(X_REQUEST_ID);
    let seen = json!({
        "method": request.method().as_str(),
        "path": request.uri().path(),
        "request_id": id.and_then(|id| id.to_str().ok()),
        "args": args,
    });
    Ok(([(CONTENT_TYPE, "application/json")], seen.to_string()))
}

fn boom() -> Response {
    panic!("the secret is 42")
}
// ANCHOR_END: seen

fn not_found() -> Response {
    (StatusCode::NOT_FOUND, "not found\n").into_response()
}

/// What the query says, in its order.
fn parameters(request: &Request) -> Result<Vec<(String, String)>, BadQuery> {
    let query = request.uri().query().unwrap_or_default();
    // form_urlencoded would put U+FFFD (�) where a byte is no text, and say nothing.
    percent_decode_str(query)
        .decode_utf8()
        .map_err(|_| BadQuery)?;
    let pairs = form_urlencoded::parse(query.as_bytes());
    Ok(pairs.into_owned().collect())
}

struct BadQuery;

impl IntoResponse for BadQuery {
    fn into_response(self) -> Response {
        let reason = "The query is not UTF-8 text.\n";
        (StatusCode::BAD_REQUEST, reason).into_response()
    }
}
