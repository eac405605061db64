//! Reads the two ways in which a browser writes a form, and no more than the limits allow.

use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, FromRequest, Request};
use axum::http::StatusCode;
use multer::{Constraints, Multipart, SizeLimit};
use percent_encoding::percent_decode;

use super::{Form, LARGEST, LARGEST_WITH_FILES, MOST_FIELDS, MOST_FILES, Upload};
use crate::error::AppError;

pub(super) async fn whole(body: Body) -> Result<Bytes, AppError> {
    let mut request = Request::new(body);
    DefaultBodyLimit::max(LARGEST).apply(&mut request);
    Bytes::from_request(request, &())
        .await
        .map_err(|rejection| match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => too_large(LARGEST),
            _ => bad("The body broke off, or its chunks are malformed."),
        })
}

/// `a=1&b=two+words`.
pub(super) fn urlencoded(body: &[u8]) -> Result<Form, AppError> {
    let mut form = Form::default();
    for pair in body
        .split(|byte| *byte == b'&')
        .filter(|pair| !pair.is_empty())
    {
        let at = pair.iter().position(|byte| *byte == b'=');
        let (name, value) = at.map_or((pair, &b""[..]), |at| (&pair[..at], &pair[at + 1..]));
        form.add(decoded(name)?, decoded(value)?)?;
    }
    Ok(form)
}

fn decoded(text: &[u8]) -> Result<String, AppError> {
    let spaced: Vec<u8> = text
        .iter()
        .map(|byte| if *byte == b'+' { b' ' } else { *byte })
        .collect();
    let decoded = percent_decode(&spaced).decode_utf8();
    Ok(decoded
        .map_err(|_| bad("A field of the form is not UTF-8."))?
        .into_owned())
}

pub(super) async fn multipart(content_type: &str, body: Body) -> Result<Form, AppError> {
    let boundary = multer::parse_boundary(content_type).map_err(broken)?;
    let size = SizeLimit::new().whole_stream(LARGEST_WITH_FILES as u64);
    let limits = Constraints::new().size_limit(size);
    let mut parts = Multipart::with_constraints(body.into_data_stream(), boundary, limits);
    let mut form = Form::default();
    let mut of_fields = 0;
    while let Some(part) = parts.next_field().await.map_err(broken)? {
        let name = part.name().unwrap_or_default().to_string();
        if let Some(file_name) = part.file_name() {
            if form.files.len() == MOST_FILES {
                return Err(bad(format!("There are more than {MOST_FILES} files.")));
            }
            form.files.push(Upload {
                field: name,
                file_name: file_name.to_string(),
                content_type: part
                    .content_type()
                    .map_or(String::new(), ToString::to_string),
                bytes: part.bytes().await.map_err(broken)?,
            });
        } else {
            let bytes = part.bytes().await.map_err(broken)?;
            of_fields += name.len() + bytes.len();
            if of_fields > LARGEST {
                return Err(too_large(LARGEST));
            }
            let value = String::from_utf8(bytes.into());
            form.add(
                name,
                value.map_err(|_| bad("A field of the form is not UTF-8."))?,
            )?;
        }
    }
    Ok(form)
}

impl Form {
    fn add(&mut self, name: String, value: String) -> Result<(), AppError> {
        if self.fields.len() == MOST_FIELDS {
            return Err(bad(format!("There are more than {MOST_FIELDS} fields.")));
        }
        self.fields.push((name, value));
        Ok(())
    }
}

fn broken(error: multer::Error) -> AppError {
    match error {
        multer::Error::StreamSizeExceeded { .. } => too_large(LARGEST_WITH_FILES),
        error => bad(format!("The form cannot be read: {error}.")),
    }
}

fn bad(reason: impl Into<String>) -> AppError {
    AppError::new(StatusCode::BAD_REQUEST, reason)
}

pub(super) fn too_large(limit: usize) -> AppError {
    let reason = format!("The body is larger than {limit} bytes.");
    AppError::new(StatusCode::PAYLOAD_TOO_LARGE, reason)
}
