//! What is in the program: every template and every static file of its folders.

use std::fs;
use std::path::{Path, PathBuf};

use lesson_12::templates;
use lesson_12::views::static_files;

/// The files of a folder of this lesson, named as the program names them.
fn files(folder: &str) -> Vec<String> {
    fn find(folder: &Path, before: &str, found: &mut Vec<String>) {
        for entry in fs::read_dir(folder).expect("a folder").flatten() {
            let name = format!("{before}{}", entry.file_name().to_string_lossy());
            match entry.path().is_dir() {
                true => find(&entry.path(), &format!("{name}/"), found),
                false => found.push(name),
            }
        }
    }
    let mut found = Vec::new();
    find(&lesson().join(folder), "", &mut found);
    found
}

fn lesson() -> PathBuf {
    env!("CARGO_MANIFEST_DIR").into()
}

/// A folder of its own, gone after the test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let name = format!("lesson-12-{name}-{}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).expect("a folder can be made");
        Folder(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn without_its_folders_the_program_has_all_that_is_in_them() {
    let empty = Folder::new("empty");
    let environment = templates::environment_of(&empty.0);
    let names = files("templates");
    assert!(names.len() > 20, "{names:?}");
    for name in names {
        let text = fs::read_to_string(lesson().join("templates").join(&name)).expect("a text");
        let template = environment.get_template(&name);
        let template = template.unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(template.source(), text, "{name}");
    }
    for name in files("static") {
        let bytes = fs::read(lesson().join("static").join(&name)).expect("bytes");
        let found = static_files::read(&empty.0, &name);
        let (content_type, found) = found.unwrap_or_else(|| panic!("{name} is not served"));
        assert_eq!(found, bytes, "{name}");
        assert_ne!(content_type, "application/octet-stream", "{name}");
    }
}

/// While developing. A release build shows what it has in itself.
#[cfg(debug_assertions)]
#[test]
fn a_new_template_is_there_at_the_next_request_and_so_is_an_edit() {
    let folder = Folder::new("templates");
    let environment = templates::environment_of(&folder.0);
    assert!(environment.get_template("new.html").is_err());
    for text in ["one", "two"] {
        fs::write(folder.0.join("new.html"), text).expect("it can be written");
        let template = environment.get_template("new.html").expect("it is there");
        assert_eq!(template.render(()).expect("it renders"), text);
    }
    fs::write(folder.0.join("index.html"), "mine").expect("it can be written");
    let index = environment.get_template("index.html").expect("it is there");
    assert_eq!(index.source(), "mine");
}
