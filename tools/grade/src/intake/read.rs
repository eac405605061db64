//! Reads a folder, an archive or a file into a list. Whatever the list says of paths and sizes is checked here:
//! behind it, a path is UTF-8, relative, and leads nowhere else.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, Cursor, Read};
use std::path::Path;

use flate2::read::MultiGzDecoder;
use judge::submission::{FILE_LIMIT, passing};

/// The largest archive that is looked into.
const ARCHIVE: u64 = 64 * 1024 * 1024;
/// So much of all files together is read, unpacked.
const UNPACKED: u64 = 64 * 1024 * 1024;
/// So many files are listed.
const FILES: usize = 20_000;

/// The longest path, in bytes.
const PATH: usize = 400;

/// Why nothing can be taken.
#[derive(Debug)]
pub enum Trouble {
    /// The submission is at fault.
    Refused(String),
    /// This machine is.
    Error(String),
}

/// A file of a submission.
#[derive(Debug)]
pub struct Entry {
    /// `/` between names.
    pub path: String,
    pub content: Content,
}

#[derive(Debug)]
pub enum Content {
    Bytes(Vec<u8>),
    /// Larger than any file that is taken.
    Large,
    /// Nothing of a submission with such a file is taken.
    Refused(String),
}

impl Entry {
    pub fn bytes(&self) -> Option<&[u8]> {
        match &self.content {
            Content::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }

    fn refused(path: String, reason: &str) -> Entry {
        Entry {
            path,
            content: Content::Refused(reason.into()),
        }
    }
}

/// Collects entries, within limits.
#[derive(Default)]
struct List {
    entries: Vec<Entry>,
    paths: HashSet<String>,
    bytes: u64,
}

impl List {
    /// Adds a file; what tools have made is passed over.
    fn add(&mut self, path: &[u8], read: impl Read) -> Result<(), Trouble> {
        let path = match checked(path) {
            Ok(path) => path,
            Err((path, reason)) => {
                self.entries.push(Entry::refused(path, reason));
                return Ok(());
            }
        };
        if passing(&path).is_some() {
            return Ok(());
        }
        if self.entries.len() >= FILES {
            return Err(Trouble::Refused(format!("it has more than {FILES} files")));
        }
        if !self.paths.insert(path.clone()) {
            self.entries.push(Entry::refused(path, "it is there twice"));
            return Ok(());
        }
        let mut bytes = Vec::new();
        let most = FILE_LIMIT + 1;
        read.take(most)
            .read_to_end(&mut bytes)
            .map_err(|error| broken(&error))?;
        self.bytes += bytes.len() as u64;
        if self.bytes > UNPACKED {
            return Err(Trouble::Refused(format!(
                "it has more than {UNPACKED} bytes, unpacked"
            )));
        }
        let content = match bytes.len() as u64 > FILE_LIMIT {
            true => Content::Large,
            false => Content::Bytes(bytes),
        };
        self.entries.push(Entry { path, content });
        Ok(())
    }

    /// Adds what is no file and no folder.
    fn refuse(&mut self, path: &[u8], reason: &str) {
        let path = checked(path).unwrap_or_else(|(path, _)| path);
        if passing(&path).is_none() {
            self.entries.push(Entry::refused(path, reason));
        }
    }
}

const LINK: &str = "it is a link, which may lead anywhere";
const DEVICE: &str = "it is not a file but a pipe, a socket or a device";

/// A path as it may be used, or as it may be shown with the reason why not.
fn checked(path: &[u8]) -> Result<String, (String, &'static str)> {
    let shown = || String::from_utf8_lossy(path).into_owned();
    let text = std::str::from_utf8(path).map_err(|_| (shown(), "its name is not UTF-8"))?;
    // Some programs on Windows pack like that.
    let text = text.replace('\\', "/");
    let text = text.trim_start_matches("./").trim_end_matches('/');
    if text.starts_with('/') || text.as_bytes().get(1) == Some(&b':') {
        return Err((shown(), "its path begins at the root of a disk"));
    }
    if text.split('/').any(|name| name == "..") {
        return Err((shown(), "its path leads out of the submission"));
    }
    if text
        .chars()
        .any(|letter| letter.is_control() || is_direction(letter))
        || text.len() > PATH
        || text.split('/').any(|name| name.len() > 200)
    {
        return Err((shown(), "its name is not a valid name for a file"));
    }
    let names: Vec<&str> = text
        .split('/')
        .filter(|name| !name.is_empty() && *name != ".")
        .collect();
    Ok(names.join("/"))
}

/// Characters that turn the direction of a text, so that it looks like another.
pub fn is_direction(letter: char) -> bool {
    matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{61c}')
}

/// Reads whatever lies at a path.
pub fn read(path: &Path) -> Result<Vec<Entry>, Trouble> {
    let lost =
        |error: io::Error| Trouble::Error(format!("{} cannot be read: {error}", path.display()));
    let mut list = List::default();
    let kind = fs::symlink_metadata(path).map_err(lost)?;
    if kind.is_symlink() {
        return Err(Trouble::Refused(LINK.into()));
    }
    if kind.is_dir() {
        folder(path, path, &mut list)?;
        return Ok(list.entries);
    }
    if !kind.is_file() {
        return Err(Trouble::Refused(DEVICE.into()));
    }
    if kind.len() > ARCHIVE {
        return Err(Trouble::Refused(format!(
            "it has more than {ARCHIVE} bytes"
        )));
    }
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(ARCHIVE).read_to_end(&mut bytes))
        .map_err(lost)?;
    let name = path
        .file_name()
        .map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    if bytes.starts_with(b"PK") {
        zip(bytes, &mut list)?;
    } else if bytes.starts_with(&[0x1f, 0x8b]) {
        tar(MultiGzDecoder::new(Cursor::new(bytes)), &mut list)?;
    } else if bytes.get(257..262) == Some(b"ustar") {
        tar(Cursor::new(bytes), &mut list)?;
    } else if name.ends_with(".rs") {
        list.add(name.as_bytes(), Cursor::new(bytes))?;
    } else {
        return Err(Trouble::Refused(
            "it is neither a folder nor a zip, tar or tar.gz file nor a source".into(),
        ));
    }
    Ok(list.entries)
}

fn broken(error: &io::Error) -> Trouble {
    Trouble::Refused(format!("it cannot be unpacked: {error}"))
}

fn folder(base: &Path, at: &Path, list: &mut List) -> Result<(), Trouble> {
    let lost =
        |error: io::Error| Trouble::Error(format!("{} cannot be read: {error}", at.display()));
    let mut entries: Vec<_> = fs::read_dir(at).map_err(lost)?.flatten().collect();
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        let relative = path.strip_prefix(base).unwrap_or(&path);
        let name = relative.as_os_str().as_encoded_bytes();
        let kind = entry.file_type().map_err(lost)?;
        let is_passed = std::str::from_utf8(name).is_ok_and(|name| passing(name).is_some());
        if is_passed {
            continue;
        }
        if kind.is_symlink() {
            list.refuse(name, LINK);
        } else if kind.is_dir() && name.len() > PATH {
            list.refuse(name, "its folders are too deep");
        } else if kind.is_dir() {
            folder(base, &path, list)?;
        } else if kind.is_file() {
            // It is looked at before it is opened: nothing waits for the other end of a pipe.
            let file = File::open(&path).map_err(|error| {
                Trouble::Error(format!("{} cannot be read: {error}", path.display()))
            })?;
            list.add(name, file)?;
        } else {
            list.refuse(name, DEVICE);
        }
    }
    Ok(())
}

fn zip(bytes: Vec<u8>, list: &mut List) -> Result<(), Trouble> {
    let bad =
        |error: zip::result::ZipError| Trouble::Refused(format!("it cannot be unpacked: {error}"));
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(bad)?;
    for at in 0..archive.len() {
        let entry = archive.by_index(at).map_err(bad)?;
        let name = entry.name_raw().to_vec();
        // The upper half of a Unix mode: what kind of file it is.
        let kind = entry.unix_mode().unwrap_or_default() & 0o170_000;
        match kind {
            0o120_000 => list.refuse(&name, LINK),
            _ if entry.is_dir() => {}
            0 | 0o100_000 => list.add(&name, entry)?,
            _ => list.refuse(&name, DEVICE),
        }
    }
    Ok(())
}

fn tar(unpacked: impl Read, list: &mut List) -> Result<(), Trouble> {
    let mut archive = tar::Archive::new(unpacked.take(UNPACKED + 1));
    let entries = archive.entries().map_err(|error| broken(&error))?;
    for entry in entries {
        let entry = entry.map_err(|error| broken(&error))?;
        let name = entry.path_bytes().into_owned();
        match entry.header().entry_type() {
            tar::EntryType::Regular | tar::EntryType::Continuous | tar::EntryType::GNUSparse => {
                list.add(&name, entry)?
            }
            tar::EntryType::Directory | tar::EntryType::XGlobalHeader => {}
            tar::EntryType::Symlink | tar::EntryType::Link => list.refuse(&name, LINK),
            _ => list.refuse(&name, DEVICE),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_stays_in_its_submission() {
        assert_eq!(checked(b"./src//main.rs"), Ok("src/main.rs".into()));
        assert_eq!(checked(b"src\\main.rs"), Ok("src/main.rs".into()));
        for path in [
            &b"../main.rs"[..],
            b"src/../../x",
            b"/etc/passwd",
            b"C:\\x",
            b"a\xff",
            b"a\nb",
            "a\u{202e}b".as_bytes(),
        ] {
            assert!(checked(path).is_err(), "{}", String::from_utf8_lossy(path));
        }
    }
}
