//! The style sheet and the scripts. Django: `django.contrib.staticfiles`.

use std::fs;
use std::path::Path;

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

use crate::error::AppError;
use crate::views::Part;

/// Where a debug build looks for them: where this lesson was compiled.
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/static");

// The files as they were when the program was built, names and bytes: `BUILT_IN`, which `build.rs`
// makes of all that is in the folder.
include!(concat!(env!("OUT_DIR"), "/static.rs"));

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
    let (name, built_in) = BUILT_IN.iter().find(|(name, _)| *name == path)?;
    let place = folder.join(name);
    // A link could lead out of the folder. `symlink_metadata` looks at the link itself.
    let is_file = fs::symlink_metadata(&place).is_ok_and(|found| found.is_file());
    let edited = if cfg!(debug_assertions) && is_file {
        fs::read(&place).ok()
    } else {
        None
    };
    Some((type_of(name), edited.unwrap_or(built_in.to_vec())))
}
// ANCHOR_END: read

/// What a browser takes it for.
fn type_of(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        _ => "application/octet-stream",
    }
}
