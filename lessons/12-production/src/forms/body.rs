//! What a form has sent: its fields and its files, read once, before any view. Django:
//! `request.POST` and `request.FILES`.
//!
//! Without its limits, one request could fill the memory: with one long field, or with a million
//! short ones.

mod read;

use std::convert::Infallible;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, FromRequestParts, Request};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::Response;

use crate::error::AppError;
use read::{multipart, too_large, urlencoded, whole};

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

/// What stands in a query, as if a form had sent it.
///
/// # Errors
/// When it is not UTF-8, or holds too many fields.
pub fn query(query: &str) -> Result<Posted, AppError> {
    Ok(Posted(Arc::new(urlencoded(query.as_bytes())?)))
}
