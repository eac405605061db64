//! Where things are in this repository.

use std::path::{Path, PathBuf};

/// The repository's root folder.
pub fn root() -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests
        .parent()
        .expect("the folder of package `tests` lies in the repository")
        .to_path_buf()
}

/// The folders of the lessons, sorted by number.
pub fn lessons() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = std::fs::read_dir(root().join("lessons"))
        .map(|entries| entries.flatten().map(|entry| entry.path()).collect())
        .unwrap_or_default();
    folders.retain(|folder| folder.join("Cargo.toml").is_file());
    folders.sort();
    folders
}

/// All files below `folder` whose name ends in `.` and `extension`, sorted.
pub fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let Ok(entries) = std::fs::read_dir(folder) else {
        return found;
    };
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            found.extend(files(&path, extension));
        } else if path.extension().is_some_and(|found| found == extension) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// `NN-topic/name` for a file `…/NN-topic/name.ext`: the name of its test and of its snapshot.
///
/// # Panics
/// When the file does not lie in a topic's folder below `base`.
pub fn test_name(base: &Path, file: &Path) -> String {
    let inside = file.strip_prefix(base).expect("the file lies below base");
    inside
        .with_extension("")
        .to_str()
        .expect("names of request files are UTF-8")
        .replace('\\', "/")
}
