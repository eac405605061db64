//! A folder that a test and its server both have: for a database that was there before, or one that outlives
//! a server.

use std::env;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use house::files::temporary_in;
use tempfile::TempDir;

/// A folder that the server may write to, even when it runs in a sandbox or under another user. It goes with the value.
#[derive(Debug)]
pub struct Folder(TempDir);

impl Folder {
    /// Makes one that holds these files, by name.
    ///
    /// # Panics
    /// When there is no room for them: that says nothing of the server.
    pub fn with(files: &[(&str, &[u8])]) -> Folder {
        let place = env::var_os("EXERCISE_FOLDER").map_or_else(env::temp_dir, PathBuf::from);
        let made = temporary_in(&place, "exercise-").and_then(|folder| {
            for (name, bytes) in files {
                // Not through a link that a server might have laid there.
                let path = folder.path().join(name);
                File::create_new(&path)?.write_all(bytes)?;
                open(&path, 0o666)?;
            }
            open(folder.path(), 0o777)?;
            Ok(folder)
        });
        Folder(made.unwrap_or_else(|error| panic!("{}: {error}", place.display())))
    }

    /// Makes an empty one that no server can look into.
    ///
    /// # Panics
    /// As above.
    pub fn own() -> Folder {
        let made = temporary_in(&env::temp_dir(), "exercise-");
        Folder(made.expect("a temporary folder can be made"))
    }

    /// Where a file of it is.
    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }
}

#[cfg(unix)]
fn open(path: &Path, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn open(path: &Path, _mode: u32) -> io::Result<()> {
    fs::metadata(path).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_holds_its_files_until_it_goes() {
        let folder = Folder::with(&[("tea", b"green")]);
        let path = folder.path("tea");
        assert_eq!(fs::read(&path).ok().as_deref(), Some(&b"green"[..]));
        drop(folder);
        assert!(!path.exists());
    }
}
