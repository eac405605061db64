//! What a request holds. Each handler names in its arguments what it wants, and answers with
//! what it got, as JSON.

use std::collections::BTreeMap;
use std::convert::Infallible;

use axum::Form;
use axum::body::Bytes;
use axum::extract::multipart::Field;
use axum::extract::{FromRequestParts, Multipart, Query};
use axum::http::header::{CONTENT_DISPOSITION, COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use cookie::Cookie;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::error::{AppError, Json};

/// Flask: `request.method`, `path`, `query_string`.
pub async fn request(method: Method, uri: Uri) -> Json<Value> {
    Json(json!({
        "method": method.as_str(),
        "path": uri.path(),
        "query_string": uri.query(),
    }))
}

/// Names and values in the order in which they came. A name may come more than once.
type Pairs = Vec<(String, String)>;

/// Each name once, with all its values.
fn lists(pairs: Pairs) -> BTreeMap<String, Vec<String>> {
    let mut lists = BTreeMap::<String, Vec<String>>::new();
    for (name, value) in pairs {
        lists.entry(name).or_default().push(value);
    }
    lists
}

/// Flask: `request.args`.
pub async fn args(Query(args): Query<Pairs>) -> Json<Value> {
    Json(json!({ "args": lists(args) }))
}

/// What `/tour/search` asks for: `page` may be missing, `text` may not.
#[derive(Deserialize, Serialize)]
pub struct Search {
    text: String,
    page: Option<u32>,
}

/// Flask: `request.args.get("page", type=int)`.
pub async fn search(Query(search): Query<Search>) -> Json<Value> {
    Json(json!({ "search": search }))
}

/// Flask: `request.headers`.
pub async fn headers(headers: HeaderMap) -> Json<Value> {
    let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
    let pairs = headers
        .iter()
        .map(|(name, value)| (name.to_string(), text(value.as_bytes())));
    Json(json!({ "headers": lists(pairs.collect()) }))
}

/// An extractor of our own: axum has none for cookies.
pub struct Cookies(Pairs);

impl<S: Send + Sync> FromRequestParts<S> for Cookies {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Cookies, Infallible> {
        let lines = parts.headers.get_all(COOKIE).iter();
        let pieces = lines.flat_map(|line| line.as_bytes().split(|byte| *byte == b';'));
        // Each piece by itself: other programs on this host set cookies, too, and one that
        // cannot be read must not cost us ours.
        let cookies = pieces
            .filter_map(|piece| Cookie::parse_encoded(str::from_utf8(piece).ok()?).ok())
            .map(|cookie| (cookie.name().to_string(), cookie.value().to_string()));
        Ok(Cookies(cookies.collect()))
    }
}

/// Flask: `request.cookies`.
pub async fn cookies(Cookies(cookies): Cookies) -> Json<Value> {
    Json(json!({ "cookies": lists(cookies) }))
}

/// Flask: `request.data`, or `get_data()`: the body as it came.
pub async fn data(body: Bytes) -> Json<Value> {
    Json(json!({
        "length": body.len(),
        "text": str::from_utf8(&body).ok(),
        "first_bytes": body.iter().take(8).collect::<Vec<_>>(),
    }))
}

/// Flask: `request.form`.
pub async fn form(Form(fields): Form<Pairs>) -> Json<Value> {
    Json(json!({ "form": lists(fields) }))
}

/// Flask: `request.values`: the query's arguments, then the form's fields.
pub async fn values(Query(mut values): Query<Pairs>, Form(fields): Form<Pairs>) -> Json<Value> {
    values.extend(fields);
    Json(json!({ "values": lists(values) }))
}

/// Flask: `request.files`, and `request.form` of the same body. A part that has a file name is a
/// file.
pub async fn files(mut body: Multipart) -> Result<Json<Value>, AppError> {
    let (mut fields, mut files) = (Pairs::new(), Vec::new());
    while let Some(part) = body.next_field().await? {
        let mut names = disposition(&part)?;
        let Some(field) = names.remove("name") else {
            return Err(bad_request("A part has no name."));
        };
        let content_type = part.content_type().map(str::to_string);
        let content = part.bytes().await?;
        match names.remove("filename") {
            Some(file_name) => files.push(json!({
                "field": field,
                // Both as the client sent them: never make a path of the one, or believe the other.
                "file_name": file_name,
                "content_type": content_type,
                "size": content.len(),
            })),
            None => fields.push((field, String::from_utf8_lossy(&content).into_owned())),
        }
    }
    Ok(Json(json!({ "form": lists(fields), "files": files })))
}

/// The parameters of a part's head, as in `form-data; name="a; b"; filename="c.txt"`: their names
/// in any case, and what is between quotes belongs to the value.
fn disposition(part: &Field<'_>) -> Result<BTreeMap<String, String>, AppError> {
    let line = part.headers().get(CONTENT_DISPOSITION);
    let line = str::from_utf8(line.map_or(b"", |line| line.as_bytes()))
        .map_err(|_| bad_request("The head of a part is not UTF-8 text."))?;
    let (mut quoted, mut before) = (false, ' ');
    let pieces = line.split(|c| {
        quoted ^= c == '"' && before != '\\';
        before = c;
        c == ';' && !quoted
    });
    let pairs = pieces.filter_map(|piece| piece.split_once('='));
    let pairs = pairs.map(|(name, value)| {
        let value = value.trim();
        let inner = value.strip_prefix('"').and_then(|v| v.strip_suffix('"'));
        let value = inner.unwrap_or(value).replace("\\\"", "\"");
        (name.trim().to_ascii_lowercase(), value)
    });
    Ok(pairs.collect())
}

fn bad_request(reason: &str) -> AppError {
    AppError(StatusCode::BAD_REQUEST, reason.to_string())
}

/// Flask: `request.get_json()`.
pub async fn json(Json(value): Json<Value>) -> Json<Value> {
    Json(json!({ "json": value }))
}

/// What `/tour/person` asks for: the type says what the body has to hold.
#[derive(Deserialize, Serialize)]
pub struct Person {
    name: String,
    age: u8,
}

pub async fn person(Json(person): Json<Person>) -> Json<Value> {
    Json(json!({ "person": person }))
}
