//! Where things are in this repository, and how they are copied and written.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::{env, fs, io};

use walkdir::WalkDir;

pub use tempfile::TempDir;

/// The repository's root folder: the one that this process was started in, however deep. A program that was
/// started elsewhere works on the repository that it was built in.
pub fn root() -> PathBuf {
    static ROOT: OnceLock<PathBuf> = OnceLock::new();
    let found = ROOT.get_or_init(|| {
        let here = env::current_dir().unwrap_or_default();
        let around = here.ancestors().find(|folder| is_course(folder));
        let built_in = || Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2);
        around.or_else(built_in).unwrap_or(&here).to_path_buf()
    });
    found.clone()
}

fn is_course(folder: &Path) -> bool {
    folder.join("lessons").is_dir() && folder.join("Cargo.lock").is_file()
}

/// All files below a folder, sorted. What cargo has built in it is not among them, nor is what a link leads to.
pub fn below(folder: &Path) -> Vec<PathBuf> {
    let entries = WalkDir::new(folder).sort_by_file_name().into_iter();
    entries
        .filter_entry(|entry| entry.depth() == 0 || entry.file_name() != "target")
        .flatten()
        .filter(|entry| entry.file_type().is_file())
        .map(walkdir::DirEntry::into_path)
        .collect()
}

/// Those whose name ends in `.` and `extension`.
pub fn of_kind(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = below(folder);
    found.retain(|path| path.extension().is_some_and(|found| found == extension));
    found
}

/// A file's path from `base` on, with `/` between names. `None` when it does not lie there, or is not UTF-8.
pub fn inside(base: &Path, file: &Path) -> Option<String> {
    let inside = file.strip_prefix(base).ok()?;
    Some(inside.to_str()?.replace('\\', "/"))
}

/// `NN-topic/name` for a file `…/NN-topic/name.ext`: the name of its test and of its snapshot.
///
/// # Panics
/// When the file does not lie below `base`, or its name is not UTF-8.
pub fn test_name(base: &Path, file: &Path) -> String {
    inside(base, &file.with_extension("")).expect("the file lies below base, and is named in UTF-8")
}

/// An empty folder, gone with its files when the value is dropped. Its name begins with these letters.
///
/// # Errors
/// A sentence, when it cannot be made.
pub fn temporary(name: &str) -> Result<TempDir, String> {
    let folder = tempfile::Builder::new().prefix(name).tempdir();
    folder.map_err(|error| format!("A temporary folder cannot be made: {error}."))
}

/// The same in another folder than the system's, which is made if it is not there.
///
/// # Errors
/// When it cannot be made.
pub fn temporary_in(folder: &Path, name: &str) -> io::Result<TempDir> {
    fs::create_dir_all(folder)?;
    tempfile::Builder::new().prefix(name).tempdir_in(folder)
}

/// Copies a folder with what is in it; what cargo has built is left out.
///
/// # Errors
/// When a file cannot be read or written.
pub fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for file in below(from) {
        let target = to.join(file.strip_prefix(from).unwrap_or(&file));
        write_if_other(&target, &fs::read(&file)?)?;
    }
    Ok(())
}

/// Makes `to` what `from` is: also removes what is there and not in `from`. A file that is the same is left alone, so
/// that cargo does not build it anew.
///
/// # Errors
/// When a file cannot be read, written or removed.
pub fn mirror(from: &Path, to: &Path) -> io::Result<()> {
    for file in below(to) {
        if !from.join(file.strip_prefix(to).unwrap_or(&file)).is_file() {
            fs::remove_file(file)?;
        }
    }
    copy(from, to)
}

/// Writes a file, and the folders above it.
///
/// # Errors
/// When it cannot be written.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, bytes)
}

/// Writes a file beside its place and then moves it there: whoever reads it meanwhile gets all of the old one or of the
/// new one, and of two who write at once, one wins.
///
/// # Errors
/// When it cannot be written.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut beside = tempfile::NamedTempFile::new_in(folder)?;
    beside.write_all(bytes)?;
    beside.persist(path)?;
    Ok(())
}

/// The same as [`write()`]; a file that stays as it is keeps its date, and so cargo builds it once.
///
/// # Errors
/// When it cannot be written.
pub fn write_if_other(path: &Path, bytes: &[u8]) -> io::Result<()> {
    match fs::read(path) {
        Ok(there) if there == bytes => Ok(()),
        _ => write(path, bytes),
    }
}
