//! Pictures of the notes and of the slides, and plots that were measured.

use base64::{Engine, prelude::BASE64_STANDARD};

use press::{repository::Repository, slides::parts::at_step};

/// The kind of a picture, by its name; `None` if it is none that the decks show.
pub fn kind(name: &str) -> Option<&'static str> {
    match name.rsplit_once('.')?.1 {
        "svg" => Some("image/svg+xml"),
        "png" => Some("image/png"),
        _ => None,
    }
}

/// The bytes of a picture. A ground, `light` or `dark`, decides for a drawing what it would else ask the system; a
/// step leaves out what comes later.
///
/// # Errors
///
/// A sentence: the file cannot be read.
pub fn bytes(
    repository: &Repository,
    path: &str,
    ground: Option<&str>,
    step: Option<usize>,
) -> Result<Vec<u8>, String> {
    let bytes = repository.read_bytes(path)?;
    let Some(ground) = ground.filter(|_| path.ends_with(".svg")) else {
        return Ok(bytes);
    };
    let is_dark = if ground == "dark" { "all" } else { "not all" };
    let text = String::from_utf8_lossy(&bytes);
    let decided = text.replace("(prefers-color-scheme: dark)", is_dark);
    let shown = step.map_or(decided.clone(), |step| at_step(&decided, step));
    Ok(shown.into_bytes())
}

/// The address of a picture that is in the page itself.
pub fn in_page(kind: &str, bytes: &[u8]) -> String {
    format!("data:{kind};base64,{}", BASE64_STANDARD.encode(bytes))
}
