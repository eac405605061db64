//! What a tool is told of files that change.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use watch::Watcher;

/// Bounds a hang, measures nothing.
const PATIENCE: Duration = Duration::from_secs(60);

fn watching(root: &Path, places: &[&str]) -> (Watcher, Receiver<Vec<PathBuf>>) {
    let (send, told) = channel();
    let watcher = watch::start(root, places, move |files| {
        let _ = send.send(files);
    });
    (watcher.expect("files can be watched"), told)
}

/// A folder with `a/` and `b/`, below one that is called `target`: a repository may lie anywhere.
fn root() -> tempfile::TempDir {
    let root = tempfile::tempdir().expect("room for a folder");
    for folder in ["target/a/target", "target/b"] {
        fs::create_dir_all(root.path().join(folder)).expect("a folder can be made");
    }
    root
}

/// Waits until this file is told, and gives all that was until then.
fn until(told: &Receiver<Vec<PathBuf>>, file: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    while !all.iter().any(|one: &PathBuf| one.ends_with(file)) {
        all.extend(told.recv_timeout(PATIENCE).expect("a change is told"));
    }
    all
}

#[test]
fn of_what_is_watched_each_change_is_told_and_no_other() {
    let root = root();
    let folder = root.path().join("target");
    let (_watcher, told) = watching(&folder, &["a", "not-there", "b/one.txt"]);
    // What is not to be told comes before what is.
    fs::write(folder.join("a/target/built.txt"), "x").expect("written");
    fs::write(folder.join("a/one.txt"), "x").expect("written");
    let all = until(&told, Path::new("a/one.txt"));
    let is_built = |file: &PathBuf| file.ends_with("a/target/built.txt");
    assert!(!all.iter().any(is_built), "{all:?}");
}

#[test]
fn a_new_folder_is_watched_too() {
    let root = root();
    let folder = root.path().join("target");
    let (_watcher, told) = watching(&folder, &["a"]);
    fs::create_dir(folder.join("a/new")).expect("made");
    until(&told, Path::new("a/new"));
    fs::write(folder.join("a/new/one.txt"), "x").expect("written");
    until(&told, Path::new("a/new/one.txt"));
}

#[test]
fn a_single_file_is_watched_and_one_that_is_read_has_not_changed() {
    let root = root();
    let folder = root.path().join("target");
    let file = folder.join("b/one.txt");
    fs::write(&file, "x").expect("written");
    let (_watcher, told) = watching(&folder, &["b/one.txt"]);
    fs::read(&file).expect("read");
    fs::write(folder.join("b/two.txt"), "x").expect("written");
    fs::write(&file, "y").expect("written");
    assert_eq!(until(&told, Path::new("b/one.txt")), [file]);
}

#[test]
fn what_is_dropped_tells_nothing_more() {
    let root = root();
    let folder = root.path().join("target");
    let (watcher, told) = watching(&folder, &["a"]);
    drop(watcher);
    fs::write(folder.join("a/one.txt"), "x").expect("written");
    // Its end of the channel is gone.
    assert!(told.recv_timeout(PATIENCE).is_err());
}
