//! What a request holds. Each handler names in its arguments what it wants, and answers with
//! what it got, as JSON.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::str;

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, JsonRejection};
use axum::extract::{ConnectInfo, Query};
use axum::http::header::{COOKIE, HOST};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, Method, Uri};
use cookie::Cookie;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::form::Form;
use crate::decode::decoded_text;
use crate::error::AppError;

/// Names and values in the order in which they came. A name may come more than once.
pub type Pairs = Vec<(String, String)>;

type Answer = Result<Json<Value>, AppError>;

/// The same, each name once with all its values.
fn lists(pairs: Pairs) -> BTreeMap<String, Vec<String>> {
    let mut lists: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, value) in pairs {
        lists.entry(name).or_default().push(value);
    }
    lists
}

// ANCHOR: request
/// Flask: `request.method`, `path`, `query_string`, `url`, `remote_addr`.
// ANCHOR: signature
pub async fn request(
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    ConnectInfo(client): ConnectInfo<SocketAddr>,
) -> Answer {
    // ANCHOR_END: signature
    let host = host(&uri, &headers)?;
    let target = uri.path_and_query().map_or("", |target| target.as_str());
    Ok(Json(json!({
        "method": method.as_str(),
        "path": decoded_text(uri.path()),
        "query_string": uri.query().unwrap_or_default(),
        "url": format!("http://{host}{target}"),
        "remote_addr": client.ip(),
    })))
}
// ANCHOR_END: request

/// The name that the client used for this server. axum does not look at it: a request without
/// `Host`, or with two, goes through.
fn host(uri: &Uri, headers: &HeaderMap) -> Result<Authority, AppError> {
    if let Some(authority) = uri.authority() {
        return Ok(authority.clone());
    }
    let hosts: Vec<_> = headers.get_all(HOST).iter().collect();
    let [host] = hosts.as_slice() else {
        let message = format!(
            "A request has one Host header. This one has {}.",
            hosts.len()
        );
        return Err(AppError::bad_request(message));
    };
    let host = Authority::try_from(host.as_bytes()).ok();
    // `user:password@` may stand in a URL, not in Host.
    host.filter(|host| !host.as_str().contains('@'))
        .ok_or_else(|| AppError::bad_request("Host: this is not a name and a port."))
}

// ANCHOR: args
/// Flask: `request.args`.
pub async fn args(Query(args): Query<Pairs>) -> Answer {
    Ok(Json(json!({ "args": lists(args) })))
}
// ANCHOR_END: args

/// Flask: `request.headers`.
pub async fn headers(headers: HeaderMap) -> Answer {
    let mut pairs = Pairs::new();
    for (name, value) in &headers {
        pairs.push((
            name.to_string(),
            text(name.as_str(), value.as_bytes())?.to_string(),
        ));
    }
    Ok(Json(json!({ "headers": lists(pairs) })))
}

/// A header is bytes. Most are ASCII; a client may send others.
fn text<'a>(name: &str, value: &'a [u8]) -> Result<&'a str, AppError> {
    str::from_utf8(value)
        .map_err(|_| AppError::bad_request(format!("The header {name} is not UTF-8 text.")))
}

// ANCHOR: cookies
/// Flask: `request.cookies`.
pub async fn cookies(headers: HeaderMap) -> Answer {
    let mut pairs = Pairs::new();
    for line in headers.get_all(COOKIE) {
        for cookie in Cookie::split_parse_encoded(text("cookie", line.as_bytes())?) {
            let cookie = cookie.map_err(|error| {
                AppError::bad_request(format!("Cookie {}: {error}.", pairs.len() + 1))
            })?;
            pairs.push((cookie.name().to_string(), cookie.value().to_string()));
        }
    }
    Ok(Json(json!({ "cookies": lists(pairs) })))
}
// ANCHOR_END: cookies

// ANCHOR: data
/// Flask: `request.data`, or `get_data()`: the body as it came.
pub async fn data(body: Result<Bytes, BytesRejection>) -> Answer {
    let body = body?;
    let first_bytes = &body[..body.len().min(8)];
    Ok(Json(json!({
        "length": body.len(),
        "text": str::from_utf8(&body).ok(),
        "first_bytes": first_bytes,
    })))
}
// ANCHOR_END: data

/// Flask: `request.form`.
pub async fn form(form: Form) -> Answer {
    Ok(Json(json!({ "form": lists(form.fields) })))
}

/// Flask: `request.files`.
pub async fn files(form: Form) -> Answer {
    Ok(Json(json!({ "files": form.files })))
}

// ANCHOR: values
/// Flask: `request.values`: the query's arguments, then the form's fields.
pub async fn values(Query(args): Query<Pairs>, form: Form) -> Answer {
    let values = args.into_iter().chain(form.fields).collect();
    Ok(Json(json!({ "values": lists(values) })))
}
// ANCHOR_END: values

/// `request.values` of a GET, which has no form.
pub async fn args_only(Query(args): Query<Pairs>) -> Answer {
    Ok(Json(json!({ "values": lists(args) })))
}

// ANCHOR: json
// ANCHOR: get_json
/// Flask: `request.get_json()`.
pub async fn json(body: Result<Json<Value>, JsonRejection>) -> Answer {
    let Json(value) = body?;
    Ok(Json(json!({ "json": value })))
}
// ANCHOR_END: get_json

// ANCHOR: shape
/// What `/tour/person` asks for: anything else is a 422.
#[derive(Deserialize, Serialize)]
pub struct Person {
    name: String,
    age: u8,
}
// ANCHOR_END: shape

/// JSON of a shape: the type says what the body has to hold.
pub async fn person(body: Result<Json<Person>, JsonRejection>) -> Answer {
    let Json(person) = body?;
    Ok(Json(json!({ "person": person })))
}
// ANCHOR_END: json
