//! An extractor of our own: the fields and files of a form, however the browser has sent it.

use std::str;

use axum::body::Bytes;
use axum::extract::multipart::Field;
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderName, StatusCode};
use serde::Serialize;

use super::request::Pairs;
use crate::decode::decoded_text;
use crate::error::AppError;

/// More parts than any form has. Each costs memory beyond its bytes.
const MAX_PARTS: usize = 1000;

/// How many bytes of a file are shown.
const SHOWN: usize = 8;

/// What a form's body holds.
#[derive(Default)]
pub struct Form {
    pub fields: Pairs,
    pub files: Vec<File>,
}

/// A file that came with a form.
#[derive(Serialize)]
pub struct File {
    field: String,
    /// As the client sent it. It may be `../../etc/passwd`: never make a path of it.
    file_name: String,
    /// As the client sent it: a claim, not a fact.
    content_type: Option<String>,
    size: usize,
    first_bytes: Vec<u8>,
}

// ANCHOR: form
impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = AppError;

    async fn from_request(request: Request, state: &S) -> Result<Form, AppError> {
        let content_type = request.headers().get(CONTENT_TYPE);
        let content_type = content_type.map_or(&b""[..], |value| value.as_bytes());
        let content_type = String::from_utf8_lossy(content_type).to_ascii_lowercase();
        // ANCHOR: kinds
        match content_type.split(';').next().unwrap_or_default().trim() {
            "application/x-www-form-urlencoded" => {
                urlencoded(&Bytes::from_request(request, state).await?)
            }
            "multipart/form-data" => {
                multipart(Multipart::from_request(request, state).await?).await
            }
            // ANCHOR_END: kinds
            other => Err(AppError::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                format!(
                    "A form comes as application/x-www-form-urlencoded or multipart/form-data; the Content-Type here is {other:?}."
                ),
            )),
        }
    }
}
// ANCHOR_END: form

/// `name=Ada&city=London`, as in a query.
fn urlencoded(body: &[u8]) -> Result<Form, AppError> {
    let text = str::from_utf8(body)
        .ok()
        .filter(|text| decoded_text(text).is_some());
    let text = text.ok_or_else(|| AppError::bad_request("The form is not UTF-8 text."))?;
    let fields = form_urlencoded::parse(text.as_bytes())
        .into_owned()
        .collect();
    Ok(Form {
        fields,
        files: Vec::new(),
    })
}

/// Parts between lines of the boundary, each with headers of its own.
async fn multipart(mut body: Multipart) -> Result<Form, AppError> {
    let mut form = Form::default();
    let mut parts = 0;
    while let Some(part) = body.next_field().await? {
        parts += 1;
        if parts > MAX_PARTS {
            let message = format!("The form has more than {MAX_PARTS} parts.");
            return Err(AppError::new(StatusCode::PAYLOAD_TOO_LARGE, message));
        }
        add(&mut form, part, parts).await?;
    }
    Ok(form)
}

/// A part with a file name is a file; one without is a text field.
async fn add(form: &mut Form, part: Field<'_>, number: usize) -> Result<(), AppError> {
    let wrong = |what: &str| AppError::bad_request(format!("Part {number}: {what}."));
    let names = header(&part, CONTENT_DISPOSITION).map_err(wrong)?;
    let content_type = header(&part, CONTENT_TYPE).map_err(wrong)?;
    let field = part
        .name()
        .ok_or_else(|| wrong("it has no name"))?
        .to_string();
    let file_name = part.file_name().map(str::to_string);
    // Without this, a file whose name cannot be read would be taken for a text field.
    let names = names.unwrap_or_default();
    if file_name.is_none() && (names.contains("filename=") || names.contains("filename*=")) {
        return Err(wrong("its file name cannot be read"));
    }
    let content = part.bytes().await?;
    if let Some(file_name) = file_name {
        form.files.push(File {
            field,
            file_name,
            content_type,
            size: content.len(),
            first_bytes: content.iter().take(SHOWN).copied().collect(),
        });
    } else {
        let text = String::from_utf8(content.into()).map_err(|_| wrong("it is not UTF-8 text"))?;
        form.fields.push((field, text));
    }
    Ok(())
}

/// One of the headers that a part has, as text.
fn header(part: &Field<'_>, name: HeaderName) -> Result<Option<String>, &'static str> {
    let Some(value) = part.headers().get(name) else {
        return Ok(None);
    };
    let text = str::from_utf8(value.as_bytes()).map_err(|_| "its head is not UTF-8 text")?;
    Ok(Some(text.to_string()))
}
