//! Files that change on disk while a tool runs: somebody saves a file, and the tool is told.
//!
//! It is a package of its own since few tools watch: what judges an exercise is built without it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use notify::{EventKind, RecommendedWatcher, RecursiveMode};
use notify_debouncer_full::{DebounceEventResult, Debouncer, RecommendedCache, new_debouncer};

/// An editor writes a file in several steps: so long we wait for the last of them.
const SETTLED: Duration = Duration::from_millis(60);

/// Watches until the value is dropped.
#[must_use = "it watches until it is dropped"]
pub struct Watcher(
    #[expect(dead_code, reason = "it is held")] Debouncer<RecommendedWatcher, RecommendedCache>,
);

/// Watches these files, and all that is in these folders below `root`; what is not there is left out. `tell` gets the
/// files that have changed, each once, when nothing has for a moment. What cargo builds in a `target` is no change.
///
/// # Errors
///
/// A sentence, when the system lets nobody watch.
pub fn start(
    root: &Path,
    places: impl IntoIterator<Item = impl AsRef<Path>>,
    mut tell: impl FnMut(Vec<PathBuf>) + Send + 'static,
) -> Result<Watcher, String> {
    // The system may name a file by where a link to the root leads.
    let real = root.canonicalize().unwrap_or_default();
    let roots = [root.to_path_buf(), real];
    let is_built = move |file: &Path| {
        let inside = roots.iter().find_map(|root| file.strip_prefix(root).ok());
        let mut parts = inside.unwrap_or(file).components();
        parts.any(|part| part.as_os_str() == "target")
    };
    let told = move |events: DebounceEventResult| {
        let events = events.unwrap_or_default().into_iter();
        let changes = events.filter(|event| !matches!(event.kind, EventKind::Access(_)));
        let files = changes.flat_map(|event| event.event.paths);
        let mut files: Vec<PathBuf> = files.filter(|file| !is_built(file)).collect();
        files.sort();
        files.dedup();
        if !files.is_empty() {
            tell(files);
        }
    };
    let failed = |error: notify::Error| format!("Files cannot be watched: {error}.");
    let mut watcher = new_debouncer(SETTLED, None, told).map_err(failed)?;
    let places = places.into_iter().map(|place| root.join(place));
    for place in places.filter(|place| place.exists()) {
        watcher
            .watch(&place, RecursiveMode::Recursive)
            .map_err(failed)?;
    }
    Ok(Watcher(watcher))
}
