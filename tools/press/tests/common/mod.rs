//! A small repository in a temporary folder, to be filled and checked.

#![allow(dead_code, reason = "each test file uses its own part of this")]

use std::{
    fs,
    path::{Path, PathBuf},
};

use press::{report::Report, repository::Repository, sync};
use tempfile::TempDir;

/// The repository that this crate lies in.
pub fn repository_root() -> PathBuf {
    house::root()
}

/// A repository that is thrown away at the end of the test.
pub struct Course {
    folder: TempDir,
}

impl Course {
    /// A repository with these files.
    pub fn with(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("there is room for a temporary folder");
        let course = Self { folder };
        for (path, text) in files {
            course.write(path, text);
        }
        course
    }

    /// A repository whose only page is `notes/00.md`, with these other files.
    pub fn with_note(note: &str, files: &[(&str, &str)]) -> Self {
        let course = Self::with(files);
        course.write("notes/00.md", note);
        course
    }

    pub fn root(&self) -> &Path {
        self.folder.path()
    }

    pub fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let file = self.root().join(path);
        let folder = file.parent().expect("the file lies in a folder");
        fs::create_dir_all(folder).expect("a folder can be made");
        fs::write(file, text).expect("a file can be written");
    }

    pub fn text(&self, path: &str) -> String {
        fs::read_to_string(self.root().join(path)).expect("the file can be read")
    }

    pub fn repository(&self) -> Repository {
        Repository::open(self.root()).expect("the folder exists")
    }

    /// What `cargo sync` writes; the lines say which blocks have changed.
    pub fn fill(&self) -> Vec<String> {
        sync::fill(&self.repository()).expect("the pages can be written")
    }

    /// The note once it is filled. All must be well then, and a second time must change nothing.
    pub fn filled_note(&self) -> String {
        self.fill();
        assert_eq!(self.printed(), "");
        assert_eq!(self.fill(), [""; 0]);
        self.text("notes/00.md")
    }

    pub fn check(&self) -> Report {
        sync::check(&self.repository()).expect("the pages can be listed")
    }

    /// What `cargo sync --check` prints.
    pub fn printed(&self) -> String {
        let mut printed = Vec::new();
        let report = self.check();
        report
            .print(&mut printed, false)
            .expect("memory can be written to");
        String::from_utf8(printed).expect("a report is text")
    }

    /// The problems that the check finds, a line each.
    pub fn problems(&self) -> Vec<String> {
        self.check()
            .problems
            .iter()
            .map(ToString::to_string)
            .collect()
    }
}
