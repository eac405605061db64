//! The notes as JSON, for programs. The page's own JavaScript is one of them.

use std::fmt;
use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde_json::{Map, Value};

use crate::App;
use crate::error::AppError;
use crate::notes::Note;

/// GET /api/notes
pub async fn list(State(app): State<Arc<App>>) -> Json<Vec<Note>> {
    Json(app.notes.all())
}

// ANCHOR: add
/// POST /api/notes
pub async fn add(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<(StatusCode, Json<Vec<Note>>), AppError> {
    if !is_json(&media_type(&headers)) {
        return Err(AppError::wrong_type("application/json", &headers));
    }
    let text = text_of(&body?)?;
    Ok((StatusCode::CREATED, Json(app.notes.add(text))))
}
// ANCHOR_END: add

/// What the client says that its body is: `application/json` of
/// `Application/JSON; charset=utf-8`. Empty when it does not say, or says it twice.
pub fn media_type(headers: &HeaderMap) -> String {
    let mut types = headers.get_all(CONTENT_TYPE).iter();
    let (Some(value), None) = (types.next(), types.next()) else {
        return String::new();
    };
    let value = String::from_utf8_lossy(value.as_bytes()).to_ascii_lowercase();
    let before_parameters = value.split(';').next().unwrap_or_default();
    before_parameters.trim().to_string()
}

fn is_json(media_type: &str) -> bool {
    let subtype = media_type.strip_prefix("application/");
    subtype.is_some_and(|subtype| subtype == "json" || subtype.ends_with("+json"))
}

// ANCHOR: text_of
/// The text in `{"text": "…"}`. Other fields are dropped: the client chooses no colour.
fn text_of(body: &[u8]) -> Result<String, AppError> {
    // Three bytes that some editors put before UTF-8. RFC 8259 lets us skip them.
    let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
    let Object(mut fields) = serde_json::from_slice(body)?;
    // ANCHOR: found
    let found = match fields.remove("text") {
        Some(Value::String(text)) => return Ok(text),
        Some(Value::Null) => "null",
        Some(Value::Bool(_)) => "a boolean",
        Some(Value::Number(_)) => "a number",
        Some(Value::Array(_)) => "a list",
        Some(Value::Object(_)) => "an object",
        None => "missing",
    };
    // ANCHOR_END: found
    Err(AppError::field(
        "text",
        format!("It must be a string and is {found}."),
    ))
}
// ANCHOR_END: text_of

/// A JSON object in which each key stands once. serde_json's own `Map` would keep the last of
/// two and say nothing, and another program that reads the same text may keep the first.
struct Object(Map<String, Value>);

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Object, D::Error> {
        json.deserialize_map(Fields)
    }
}

/// serde calls the visitor with what it finds. This one accepts an object and nothing else.
struct Fields;

impl<'de> Visitor<'de> for Fields {
    type Value = Object;

    fn expecting(&self, to: &mut fmt::Formatter) -> fmt::Result {
        to.write_str("an object such as {\"text\": \"buy milk\"}")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut found: A) -> Result<Object, A::Error> {
        let mut fields = Map::new();
        while let Some(key) = found.next_key::<String>()? {
            if fields.contains_key(&key) {
                return Err(A::Error::custom(format!(
                    "the key {key:?} stands here twice"
                )));
            }
            fields.insert(key, found.next_value()?);
        }
        Ok(Object(fields))
    }
}
