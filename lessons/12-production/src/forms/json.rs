//! A JSON object as the body of a request, read strictly: what two programs could read differently
//! is refused.

use std::fmt;

use axum::body::{Bytes, HttpBody};
use axum::extract::{DefaultBodyLimit, FromRequest, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde_json::{Map, Value, json};

use crate::error::AppError;
use crate::middleware::again::Read;

/// The largest body, in bytes: Django's `DATA_UPLOAD_MAX_MEMORY_SIZE`.
const LARGEST: usize = 2_621_440;

/// An object in which each key stands once. serde_json's own `Map` would keep the last of two and
/// say nothing, and another program that reads the same text may keep the first.
pub struct JsonObject(pub Map<String, Value>);

impl<S: Send + Sync> FromRequest<S> for JsonObject {
    type Rejection = AppError;

    async fn from_request(mut request: Request, state: &S) -> Result<Self, AppError> {
        must_be_json(request.headers())?;
        if request.body().size_hint().lower() > LARGEST as u64 {
            return Err(too_large());
        }
        DefaultBodyLimit::max(LARGEST).apply(&mut request);
        let read = request.extensions().get::<Read>().cloned();
        let body = Bytes::from_request(request, state).await;
        let body = body.map_err(|rejection| match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => too_large(),
            status => AppError::new(status, "The body broke off, or its chunks are malformed."),
        })?;
        if let Some(Read(read)) = read {
            let _ = read.set(body.clone());
        }
        // Three bytes that some editors put before UTF-8. RFC 8259 lets us skip them.
        let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&body);
        serde_json::from_slice(body).map_err(unreadable)
    }
}

fn too_large() -> AppError {
    let reason = format!("The body is larger than {LARGEST} bytes.");
    AppError::new(StatusCode::PAYLOAD_TOO_LARGE, reason)
}

/// 415, unless the client says that its body is JSON. A form on another site can send any text,
/// but without asking first it cannot give it this type.
fn must_be_json(headers: &HeaderMap) -> Result<(), AppError> {
    let mut types = headers.get_all(CONTENT_TYPE).iter();
    let sent = match (types.next(), types.next()) {
        (None, _) => "there is none".to_string(),
        (Some(_), Some(_)) => "there are several".to_string(),
        (Some(sent), None) => {
            let sent = String::from_utf8_lossy(sent.as_bytes());
            let media_type = sent.split(';').next().unwrap_or_default().trim();
            let media_type = media_type.to_ascii_lowercase();
            if media_type
                .strip_prefix("application/")
                .is_some_and(|subtype| subtype == "json" || subtype.ends_with("+json"))
            {
                return Ok(());
            }
            format!("it is {sent:?}")
        }
    };
    Err(AppError::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        format!("The Content-Type must be application/json, and {sent}."),
    ))
}

/// 400 for what is no JSON, 422 for JSON that is no such object; with the place.
fn unreadable(error: serde_json::Error) -> AppError {
    let status = if error.is_data() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::BAD_REQUEST
    };
    // serde_json writes the place behind the reason. Here it has fields of its own.
    let (line, column) = (error.line(), error.column());
    let said = error.to_string();
    let place = format!(" at line {line} column {column}");
    let reason = said.strip_suffix(&place).unwrap_or(&said);
    let place = json!({ "line": line, "column": column.max(1) });
    AppError::At(status, reason.to_string(), place)
}

impl<'de> Deserialize<'de> for JsonObject {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<JsonObject, D::Error> {
        json.deserialize_map(Fields)
    }
}

/// serde calls the visitor with what it finds. This one accepts an object and nothing else.
struct Fields;

impl<'de> Visitor<'de> for Fields {
    type Value = JsonObject;

    fn expecting(&self, to: &mut fmt::Formatter) -> fmt::Result {
        to.write_str("an object such as {\"text\": \"buy milk\"}")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut found: A) -> Result<JsonObject, A::Error> {
        let mut fields = Map::new();
        while let Some(key) = found.next_key::<String>()? {
            if fields.contains_key(&key) {
                return Err(A::Error::custom(format!(
                    "the key {key:?} stands here twice"
                )));
            }
            fields.insert(key, found.next_value()?);
        }
        Ok(JsonObject(fields))
    }
}
