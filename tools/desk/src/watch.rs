//! What changes on disk while decks are shown.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use notify::{EventKind, RecommendedWatcher, RecursiveMode};
use notify_debouncer_full::{DebounceEventResult, Debouncer, RecommendedCache, new_debouncer};
use tokio::sync::broadcast::Sender;

/// An editor writes a file in several steps: so long we wait for the last of them.
const SETTLED: Duration = Duration::from_millis(60);

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

pub(super) type Watcher = Debouncer<RecommendedWatcher, RecommendedCache>;

/// Watches until the value is dropped.
pub(super) fn start(root: &Path, changes: Sender<Change>) -> Result<Watcher, String> {
    let tell = move |events: DebounceEventResult| {
        let Ok(events) = events else {
            return;
        };
        let is_change = |kind: EventKind| !matches!(kind, EventKind::Access(_));
        let mut files: Vec<PathBuf> = events
            .iter()
            .filter(|event| is_change(event.kind))
            .flat_map(|event| event.paths.clone())
            .filter(|file| !file.components().any(|part| part.as_os_str() == "target"))
            .collect();
        files.sort();
        files.dedup();
        if !files.is_empty() {
            // It is no matter when nobody listens.
            let _ = changes.send(Change { files });
        }
    };
    let failed = |error: notify::Error| format!("Files cannot be watched: {error}.");
    let mut watcher = new_debouncer(SETTLED, None, tell).map_err(failed)?;
    for folder in FOLDERS {
        let folder = root.join(folder);
        if folder.is_dir() {
            watcher
                .watch(&folder, RecursiveMode::Recursive)
                .map_err(failed)?;
        }
    }
    Ok(watcher)
}
