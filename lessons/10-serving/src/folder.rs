//! The folder that is served, and the only one that this program can reach by a request.
//!
//! All calls here block: they are made on threads that may wait.

use std::io;
use std::path::Path;

use cap_std::ambient_authority;
use cap_std::fs::{Dir, File, Metadata};

/// An open folder. Paths are looked up below it by the system itself, and a link that leads
/// out is refused there, at the same moment: between a check of ours and the opening, a link
/// could be changed.
pub struct Folder(Dir);

pub enum Found {
    File(File, Metadata),
    Folder,
}

impl Folder {
    pub fn open(path: &Path) -> io::Result<Folder> {
        Dir::open_ambient_dir(path, ambient_authority()).map(Folder)
    }

    pub fn find(&self, path: &Path) -> io::Result<Found> {
        let metadata = self.0.metadata(path)?;
        if metadata.is_dir() {
            return Ok(Found::Folder);
        }
        // A pipe or a device: to open a pipe, one waits for somebody who writes into it.
        if !metadata.is_file() {
            return Err(io::ErrorKind::NotFound.into());
        }
        // ANCHOR: one_call
        let file = self.0.open(path)?;
        // Of what is open, whatever has the name by now.
        let metadata = file.metadata()?;
        Ok(Found::File(file, metadata))
        // ANCHOR_END: one_call
    }

    /// What may be shown of a folder, sorted by name without regard to case.
    pub fn entries(&self, path: &Path) -> io::Result<Vec<Entry>> {
        let mut entries = Vec::new();
        for entry in self.0.read_dir(path)? {
            let entry = entry?;
            let name = entry.file_name().as_encoded_bytes().to_vec();
            // `metadata` follows a link, and fails if it leads out, or nowhere.
            let Ok(metadata) = self.0.metadata(path.join(entry.file_name())) else {
                continue;
            };
            if !name.starts_with(b".") {
                entries.push(Entry {
                    name,
                    is_folder: metadata.is_dir(),
                    is_link: entry.file_type()?.is_symlink(),
                });
            }
        }
        entries.sort_by_cached_key(|entry| {
            let lower = String::from_utf8_lossy(&entry.name).to_lowercase();
            (lower, entry.name.clone())
        });
        Ok(entries)
    }
}

/// A line of a list.
pub struct Entry {
    /// On Unix any bytes; elsewhere UTF-8, nearly.
    pub name: Vec<u8>,
    pub is_folder: bool,
    pub is_link: bool,
}
