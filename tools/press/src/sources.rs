//! Where the content of a block comes from.

pub(crate) mod code;
mod console;
mod exchange;
pub mod items;
mod recording;

use crate::{block::Content, marker::Source, repository::Repository};

/// Fetches what a block has to show.
///
/// # Errors
///
/// A sentence that names the file, and the place in it where there is one.
pub fn fetch(repository: &Repository, source: &Source) -> Result<Content, String> {
    match source {
        Source::Code { path, shown } => code::fetch(repository, path, shown),
        Source::Exchange {
            path,
            numbers,
            part,
        } => exchange::fetch(repository, path, numbers.as_ref(), *part),
        Source::Console { path, numbers } => console::fetch(repository, path, numbers.as_ref()),
    }
}
