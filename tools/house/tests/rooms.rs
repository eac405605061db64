//! A lesson has every room, and nothing in them is left to write.

use std::fs;
use std::path::Path;

use house::rooms::{lacking, unwritten};

#[test]
fn each_lesson_has_all_of_its_rooms() {
    let lacking = lacking(&house::root());
    assert!(lacking.is_empty(), "\n{}\n", lacking.join("\n"));
}

#[test]
fn nothing_is_left_to_write() {
    let unwritten = unwritten(&house::root());
    assert!(unwritten.is_empty(), "\n{}\n", unwritten.join("\n"));
}

fn write(root: &Path, file: &str, text: &str) {
    let path = root.join(file);
    fs::create_dir_all(path.parent().expect("it lies in a folder")).expect("a folder can be made");
    fs::write(path, text).expect("a file can be written");
}

#[test]
fn each_room_that_is_missing_is_named() {
    let folder = house::files::TempDir::new().expect("a folder can be made");
    write(folder.path(), "lessons/13-a/Cargo.toml", "");
    write(folder.path(), "exercises/14-b/exercise.toml", "");
    write(
        folder.path(),
        "slides/ladder.toml",
        "[[rung]]\nnumber = \"15\"\n",
    );
    assert_eq!(
        lacking(folder.path()).join("\n"),
        "\
lesson 13 lacks lessons/13-a/src/main.rs
lesson 13 lacks notes/13-a.md
lesson 13 lacks slides/13-a.md
lesson 13 lacks exercises/13-a/exercise.toml
lesson 13 lacks exercises/13-a/src/main.rs
lesson 13 lacks exercises/13-a/tests/tasks.rs
lesson 13 lacks solutions/13-a/src/main.rs
lesson 13 lacks solutions/13-a/WHY.md
lesson 13 lacks solutions/13-a/wrong.toml
lesson 13 lacks requests: tests/requests/13-a/*.http
lesson 13 lacks a row in README.md that links to notes/13-a.md
lesson 13 lacks a row in CONTRIBUTING.md, \"Sizes\"
lesson 13 lacks a rung in slides/ladder.toml
exercises/ has 14-b, which is not a lesson
slides/ladder.toml has a rung 15, which is not a lesson"
    );
}

#[test]
fn what_is_left_to_write_is_named_with_its_line() {
    let folder = house::files::TempDir::new().expect("a folder can be made");
    write(
        folder.path(),
        "notes/13-a.md",
        "# A\n\nTO WRITE: all of it.\n",
    );
    assert_eq!(
        unwritten(folder.path()),
        ["notes/13-a.md:3: TO WRITE: all of it."]
    );
}
