//! What changes on disk while decks are shown.

use std::path::{Path, PathBuf};

use tokio::sync::broadcast::Sender;
use watch::Watcher;

/// Where things lie that a deck shows.
const FOLDERS: [&str; 6] = [
    "slides",
    "notes/measured",
    "notes/pictures",
    "lessons",
    "tests/requests",
    "tests/snapshots",
];

/// Files that have changed.
#[derive(Clone, Debug)]
pub(super) struct Change {
    pub(super) files: Vec<PathBuf>,
}

/// Watches until the value is dropped.
pub(super) fn start(root: &Path, changes: Sender<Change>) -> Result<Watcher, String> {
    watch::start(root, FOLDERS, move |files| {
        // It is no matter when nobody listens.
        let _ = changes.send(Change { files });
    })
}
