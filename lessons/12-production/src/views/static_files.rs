//! The style sheet and the scripts. Django: `django.contrib.staticfiles`.

use std::fs;
use std::path::Path;

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

use crate::error::AppError;
use crate::views::Part;

/// Where a debug build looks for them: where this lesson was compiled.
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/static");

/// A file's name, its type, and its bytes as they were when the program was built.
type File = (&'static str, &'static str, &'static [u8]);

const FILES: &[File] = &[
    (
        "admin.css",
        "text/css; charset=utf-8",
        include_bytes!("../../static/admin.css"),
    ),
    (
        "board.js",
        "text/javascript; charset=utf-8",
        include_bytes!("../../static/board.js"),
    ),
    (
        "site.css",
        "text/css; charset=utf-8",
        include_bytes!("../../static/site.css"),
    ),
];

/// GET /static/{*path}
pub async fn file(Part(path): Part<String>) -> Result<Response, AppError> {
    let (content_type, bytes) = read(Path::new(FOLDER), &path).ok_or_else(AppError::not_found)?;
    // While developing, an edit shows at once.
    let caching = if cfg!(debug_assertions) {
        "no-cache"
    } else {
        "public, max-age=600"
    };
    let headers = [(CONTENT_TYPE, content_type), (CACHE_CONTROL, caching)];
    Ok((headers, bytes).into_response())
}

// ANCHOR: read
/// A file whose name is in the list. What the client sends is compared, and never becomes a part
/// of a path: there is no way out of the folder.
pub fn read(folder: &Path, path: &str) -> Option<(&'static str, Vec<u8>)> {
    let (name, content_type, built_in) = FILES.iter().find(|(name, ..)| *name == path)?;
    let place = folder.join(name);
    // A link could lead out of the folder. `symlink_metadata` looks at the link itself.
    let is_file = fs::symlink_metadata(&place).is_ok_and(|found| found.is_file());
    let edited = if cfg!(debug_assertions) && is_file {
        fs::read(&place).ok()
    } else {
        None
    };
    Some((content_type, edited.unwrap_or(built_in.to_vec())))
}
// ANCHOR_END: read
