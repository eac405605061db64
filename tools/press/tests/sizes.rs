//! How long a lesson is, how much of it is shown, and what is not.

mod common;

use std::process::Command;

use common::Course;

const MAIN: &str = "\
//! A lesson.
#![forbid(unsafe_code)]

mod page;

use std::io;

// Why it is so.
#[derive(Clone)]
struct App {
    name: &'static str,
}

fn main() {
    run(App { name: include_str!(\"../name.txt\") });
}

fn run(app: App) {}
";

const NOTE: &str = "\
<!-- sync: code lessons/00-a/src/main.rs struct App, fn main -->
```
```
";

/// A course with one lesson. Its lines of code: two each of `App` and `main`, one each of `run` and `index`.
fn course(table: &str) -> Course {
    let course = Course::with(&[
        ("lessons/00-a/src/main.rs", MAIN),
        ("lessons/00-a/src/page.rs", "pub fn index() {}\n"),
        ("lessons/00-a/name.txt", "Ada\n"),
        ("lessons/00-a/static/a.css", "p {}\n\nb {}\n"),
        (
            "lessons/00-a/Cargo.toml",
            "[package]\nname = \"a\"\n\n[dependencies]\nb = \"1\"\n",
        ),
        ("lessons/00-a/examples/b.rs", "fn main() {}\n"),
        ("lessons/01-without-a-note/src/main.rs", "fn main() {}\n"),
        ("notes/00-a.md", NOTE),
        ("CONTRIBUTING.md", table),
    ]);
    course.write("lessons/00-a/static/a.png", b"\xff");
    course.fill();
    course
}

fn table(rows: &str) -> String {
    format!(
        "# House\n\n## Sizes\n\n| lesson | at most | at least |\n|---|---:|---:|\n{rows}\n## More\n\n| 07 | a |\n"
    )
}

#[test]
fn a_lesson_within_its_row_is_well() {
    assert_eq!(course(&table("| 00 | 6 | 67 % |\n")).printed(), "");
    assert_eq!(
        course("# House\n").printed(),
        "",
        "without a table there is no bar"
    );
}

#[test]
fn a_lesson_that_is_too_long_or_shown_too_little() {
    assert_eq!(
        course(&table("| 00 | 5 | 68 % |\n")).problems(),
        [
            "CONTRIBUTING.md:7: lesson 00 has 6 lines of code; at most 5 are allowed",
            "CONTRIBUTING.md:7: the note of lesson 00 shows 67 % of its code; at least 68 % are required: `cargo sync --list 00` says what is missing",
        ]
    );
}

#[test]
fn a_table_that_does_not_fit_the_lessons() {
    assert_eq!(
        course(&table("| 01 | 1,000 | 5 % |\n| 02 | many | 5 % |\n")).problems(),
        [
            "CONTRIBUTING.md:3: the table has no row for lesson 00",
            "CONTRIBUTING.md:7: there is no lesson 01 with a note",
            "CONTRIBUTING.md:8: a row must be of the form `| 05 | 220 | 95 % |`",
        ]
    );
    assert_eq!(
        course(&table("| 00 | 9 | 5 % |\n| 00 | 8 | 5 % |\n")).problems(),
        ["CONTRIBUTING.md:8: the table has two rows for lesson 00"]
    );
}

#[test]
fn the_lines_that_no_block_shows_are_listed() {
    let course = course("");
    let list = |lesson: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_press"))
            .args(["sync", "--list", lesson, "--repository"])
            .arg(course.root())
            .output()
            .expect("the press can be started");
        let text = |bytes| String::from_utf8(bytes).expect("it prints text");
        (text(output.stdout), text(output.stderr))
    };
    let (listed, _) = list("00");
    assert_eq!(
        listed,
        "\
lessons/00-a/name.txt:1: Ada
lessons/00-a/src/main.rs:1: //! A lesson.
lessons/00-a/src/main.rs:2: #![forbid(unsafe_code)]
lessons/00-a/src/main.rs:4: mod page;
lessons/00-a/src/main.rs:6: use std::io;
lessons/00-a/src/main.rs:18: fn run(app: App) {}
lessons/00-a/src/page.rs:1: pub fn index() {}
lessons/00-a/static/a.css:1: p {}
lessons/00-a/static/a.css:3: b {}
lessons/00-a/Cargo.toml:4: [dependencies]
lessons/00-a/Cargo.toml:5: b = \"1\"
00: 6 lines of code, 4 shown: 67 %
"
    );
    assert_eq!(list("01").1, "there is no lesson 01 with a note\n");
}

#[test]
fn a_check_says_the_sizes() {
    let course = course("");
    let output = Command::new(env!("CARGO_BIN_EXE_press"))
        .args(["sync", "--check", "--repository"])
        .arg(course.root())
        .output()
        .expect("the press can be started");
    assert_eq!(output.stdout, b"00: 6 lines of code, 4 shown: 67 %\n");
}
