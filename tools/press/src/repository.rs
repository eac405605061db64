//! The repository: which pages it has, and safe reading of the files that they name.
//!
//! All paths are relative to the repository and written with `/`, as they are in the pages.

use std::{
    fs, io,
    path::{Component, Path, PathBuf},
};

/// A folder that holds the course.
pub struct Repository {
    /// Without symbolic links, so that a file's real path can be compared with it. On Windows as `C:\course`: cargo
    /// takes that and `\\?\C:\course` for two repositories, and compiles both.
    root: PathBuf,
}

impl Repository {
    /// Opens the repository at `root`.
    ///
    /// # Errors
    ///
    /// When there is no such folder.
    pub fn open(root: &Path) -> io::Result<Self> {
        let root = dunce::canonicalize(root)?;
        Ok(Self { root })
    }

    /// The folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The path of a file below the repository, as it is in the pages.
    pub fn relative(&self, file: &Path) -> Option<String> {
        let inside = file.strip_prefix(&self.root).ok()?;
        Some(inside.to_str()?.replace('\\', "/"))
    }

    /// The pages whose blocks are filled: the README, the notes, the slides.
    ///
    /// # Errors
    ///
    /// When a folder cannot be read.
    pub fn pages(&self) -> io::Result<Vec<String>> {
        let mut pages = Vec::new();
        if self.exists("README.md") {
            pages.push("README.md".to_owned());
        }
        for folder in ["notes", "slides"] {
            let files = self.files(folder)?;
            pages.extend(files.into_iter().filter(|file| file.ends_with(".md")));
        }
        Ok(pages)
    }

    /// The files of a folder, but not of its folders, in order of their names. Hidden files are
    /// left out; a folder that does not exist has no files.
    ///
    /// # Errors
    ///
    /// When the folder cannot be read.
    pub fn files(&self, folder: &str) -> io::Result<Vec<String>> {
        self.entries(folder, Path::is_file)
    }

    /// The folders in a folder, in order of their names. Hidden ones are left out; a folder that
    /// does not exist has none.
    ///
    /// # Errors
    ///
    /// When the folder cannot be read.
    pub fn folders(&self, folder: &str) -> io::Result<Vec<String>> {
        self.entries(folder, Path::is_dir)
    }

    fn entries(&self, folder: &str, wanted: fn(&Path) -> bool) -> io::Result<Vec<String>> {
        let entries = match fs::read_dir(self.root.join(folder)) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let mut names = Vec::new();
        for entry in entries {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if !name.starts_with('.') && wanted(&entry.path()) {
                names.push(format!("{folder}/{name}"));
            }
        }
        names.sort();
        Ok(names)
    }

    /// Whether there is such a file or folder inside the repository.
    pub fn exists(&self, path: &str) -> bool {
        self.locate(path).is_ok()
    }

    /// The text of a file, with every line end as `\n`.
    ///
    /// # Errors
    ///
    /// A sentence that names the file: it is missing, not text, or not inside the repository.
    pub fn read(&self, path: &str) -> Result<String, String> {
        Ok(self.read_exactly(path)?.replace("\r\n", "\n"))
    }

    /// The text of a file, to the byte.
    ///
    /// # Errors
    ///
    /// As for [`Repository::read`].
    pub fn read_exactly(&self, path: &str) -> Result<String, String> {
        let file = self.locate(path)?;
        if !file.is_file() {
            return Err(format!("{path} is not a file"));
        }
        let bytes = fs::read(file).map_err(|error| format!("{path} cannot be read: {error}"))?;
        let text = String::from_utf8(bytes).map_err(|_| format!("{path} is not UTF-8 text"))?;
        match lone_carriage_return(&text) {
            // Markdown takes it for a line end, the rest of the world does not.
            Some(line) => Err(format!(
                "line {line} of {path} has a carriage return without a line feed"
            )),
            None => Ok(text),
        }
    }

    /// The bytes of a file, such as a picture.
    ///
    /// # Errors
    ///
    /// A sentence that names the file.
    pub fn read_bytes(&self, path: &str) -> Result<Vec<u8>, String> {
        let file = self.locate(path)?;
        fs::read(file).map_err(|error| format!("{path} cannot be read: {error}"))
    }

    /// Replaces the text of a file that [`Repository::read_exactly`] has read.
    ///
    /// # Errors
    ///
    /// A sentence that names the file.
    pub fn write(&self, path: &str, text: &str) -> Result<(), String> {
        let file = self.locate(path)?;
        fs::write(file, text).map_err(|error| format!("{path} cannot be written: {error}"))
    }

    /// The place on disk of `path`, which must exist inside the repository.
    fn locate(&self, path: &str) -> Result<PathBuf, String> {
        let names_only = Path::new(path)
            .components()
            .all(|component| matches!(component, Component::Normal(_)));
        // Components leave out a `.` within a path and doubled slashes; neither does harm.
        if path.is_empty() || !names_only {
            return Err(format!("{path} is not a path within the repository"));
        }
        match dunce::canonicalize(self.root.join(path)) {
            Ok(place) if place.starts_with(&self.root) => Ok(place),
            Ok(_) => Err(format!("{path} is a link that leads out of the repository")),
            Err(error) => Err(match error.kind() {
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => {
                    format!("{path} does not exist")
                }
                _ => format!("{path} cannot be read: {error}"),
            }),
        }
    }
}

/// The number of the line with a CR that is not part of a CRLF.
fn lone_carriage_return(text: &str) -> Option<usize> {
    let text = text.replace("\r\n", "\n");
    let before = &text[..text.find('\r')?];
    Some(1 + before.matches('\n').count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_carriage_return_without_a_line_feed_is_found() {
        assert_eq!(lone_carriage_return("a\r\nb\n\r\n"), None);
        assert_eq!(lone_carriage_return("a\r\nb\rc\n"), Some(2));
        assert_eq!(lone_carriage_return("a\r\r\n"), Some(1));
        assert_eq!(lone_carriage_return("a\nb\r"), Some(2));
    }
}
