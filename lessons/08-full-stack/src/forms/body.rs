//! What a form has sent: its fields and its files, read once, before any view. Django:
//! `request.POST` and `request.FILES`.
//!
//! Without its limits, one request could fill the memory: with one long field, or with a million
//! short ones.

use std::convert::Infallible;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, FromRequest, FromRequestParts, Request};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::Response;
use multer::{Constraints, Multipart, SizeLimit};
use percent_encoding::percent_decode;

use crate::error::AppError;

/// The most bytes of a body without files, and of the fields of one with files.
pub const LARGEST: usize = 2_621_440;
/// The most bytes of a body with files.
pub const LARGEST_WITH_FILES: usize = 2 * LARGEST;
pub const MOST_FIELDS: usize = 1000;
pub const MOST_FILES: usize = 100;

/// The fields and files of this request. A view takes it as an argument; it is empty when no form
/// was sent.
#[derive(Clone, Debug, Default)]
pub struct Posted(Arc<Form>);

#[derive(Debug, Default)]
struct Form {
    fields: Vec<(String, String)>,
    files: Vec<Upload>,
}

/// A file that a form has sent. Its name and its type are what the client says: nothing more.
#[derive(Clone, Debug)]
pub struct Upload {
    /// The name of the form's field.
    pub field: String,
    pub file_name: String,
    pub content_type: String,
    pub bytes: Bytes,
}

impl Posted {
    /// The field of that name; the last, when there are several, as in Django.
    pub fn get(&self, name: &str) -> Option<&str> {
        let fields = self.0.fields.iter();
        let named = fields.rev().find(|(known, _)| known == name);
        named.map(|(_, value)| value.as_str())
    }

    /// All fields of that name: the boxes that were ticked, for one.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        let named = self.0.fields.iter().filter(move |(known, _)| known == name);
        named.map(|(_, value)| value.as_str())
    }

    /// All fields, in the order in which they came.
    pub fn fields(&self) -> &[(String, String)] {
        &self.0.fields
    }

    /// The file of that name. A file input that was left empty sends a file without name and
    /// bytes: that is none.
    pub fn file(&self, name: &str) -> Option<&Upload> {
        let mut files = self.0.files.iter();
        files.find(|file| {
            file.field == name && !(file.file_name.is_empty() && file.bytes.is_empty())
        })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Posted {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get().cloned().unwrap_or_default())
    }
}

/// Reads a form's body. Other bodies are left to the views.
pub async fn posted(mut request: Request, next: Next) -> Result<Response, AppError> {
    DefaultBodyLimit::max(LARGEST).apply(&mut request);
    let content_type = request.headers().get(CONTENT_TYPE);
    let content_type = content_type.map_or(String::new(), |value| {
        String::from_utf8_lossy(value.as_bytes()).into_owned()
    });
    let media_type = content_type.split(';').next().unwrap_or_default().trim();
    let with_files = media_type.eq_ignore_ascii_case("multipart/form-data");
    let limit = if with_files {
        LARGEST_WITH_FILES
    } else {
        LARGEST
    };
    if said_length(&request) > limit as u64 {
        return Err(too_large(limit));
    }
    let form = if with_files {
        let body = std::mem::take(request.body_mut());
        multipart(&content_type, body).await?
    } else if media_type.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        let body = std::mem::take(request.body_mut());
        urlencoded(&whole(body).await?)?
    } else {
        return Ok(next.run(request).await);
    };
    request.extensions_mut().insert(Posted(Arc::new(form)));
    Ok(next.run(request).await)
}

/// What the client says that it sends. A body in chunks says nothing: its end is seen when it
/// is there.
fn said_length(request: &Request) -> u64 {
    let length = request.headers().get(CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok());
    length.and_then(|length| length.parse().ok()).unwrap_or(0)
}

async fn whole(body: Body) -> Result<Bytes, AppError> {
    let mut request = Request::new(body);
    DefaultBodyLimit::max(LARGEST).apply(&mut request);
    Bytes::from_request(request, &())
        .await
        .map_err(|rejection| match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => too_large(LARGEST),
            _ => bad("The body broke off, or its chunks are malformed."),
        })
}

/// What stands in a query, as if a form had sent it.
///
/// # Errors
/// When it is not UTF-8, or holds too many fields.
pub fn query(query: &str) -> Result<Posted, AppError> {
    Ok(Posted(Arc::new(urlencoded(query.as_bytes())?)))
}

/// `a=1&b=two+words`.
fn urlencoded(body: &[u8]) -> Result<Form, AppError> {
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

async fn multipart(content_type: &str, body: Body) -> Result<Form, AppError> {
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

fn too_large(limit: usize) -> AppError {
    let reason = format!("The body is larger than {limit} bytes.");
    AppError::new(StatusCode::PAYLOAD_TOO_LARGE, reason)
}
