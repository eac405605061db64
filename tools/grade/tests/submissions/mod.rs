//! Submissions to grade.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

pub fn root() -> PathBuf {
    fs::canonicalize(Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")).expect("it is there")
}

pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder can be made");
    for entry in fs::read_dir(from).expect("it is there").flatten() {
        match entry.path().is_dir() {
            true => copy(&entry.path(), &to.join(entry.file_name())),
            false => {
                fs::copy(entry.path(), to.join(entry.file_name())).expect("it can be copied");
            }
        }
    }
}

/// Submissions of exercise 02, solved and not, by turns; each is another text.
pub fn submissions(count: usize) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder can be made");
    for number in 0..count {
        let of = ["exercises", "solutions"][number % 2];
        let to = folder.path().join(format!("student-{number}")).join("src");
        copy(&root().join(of).join("02-routing/src"), &to);
        let main = to.join("main.rs");
        let text = fs::read_to_string(&main).expect("it is there") + &format!("\n// {number}\n");
        fs::write(main, text).expect("it can be written");
    }
    folder
}
