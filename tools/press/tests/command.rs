//! The command as it is typed: what it prints, and its exit status.

mod common;

use std::process::{Command, Output};

use common::Course;

fn press(course: &Course, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_press"))
        .args(arguments)
        .arg("--repository")
        .arg(course.root())
        .output()
        .expect("the press can be started")
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("the press prints text")
}

const STALE: &str = "# A\n\n<!-- sync: code a.toml -->\n```toml\na = 1\nb = 1\n```\n\n<!-- sync: code a.toml#c -->\n```\n```\n";
const SOURCE: &str = "a = 1\nb = 2\n# ANCHOR: c\nc = 3\n# ANCHOR_END: c\n";

#[test]
fn check_shows_the_differences_and_writes_nothing() {
    let course = Course::with_note(STALE, &[("a.toml", SOURCE)]);
    let output = press(&course, &["sync", "--check"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(text(&output.stdout), "");
    assert_eq!(
        text(&output.stderr),
        "\
notes/00.md:3: the block is not what a.toml says
--- notes/00.md
+++ a.toml
@@ -1,4 +1,5 @@
 ```toml
 a = 1
-b = 1
+b = 2
+c = 3
 ```
notes/00.md:9: the block is not what a.toml#c says
--- notes/00.md
+++ a.toml#c
@@ -1,2 +1,3 @@
-```
+```toml
+c = 3
 ```
2 blocks are stale: run `cargo sync`
"
    );
    assert_eq!(course.text("notes/00.md"), STALE);
}

#[test]
fn sync_says_what_it_has_changed_and_the_second_time_nothing() {
    let course = Course::with_note(STALE, &[("a.toml", SOURCE)]);
    let output = press(&course, &["sync"]);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(
        text(&output.stdout),
        "notes/00.md: a.toml\nnotes/00.md: a.toml#c\n"
    );
    assert_eq!(text(&output.stderr), "");

    let again = press(&course, &["sync"]);
    assert_eq!((again.status.code(), text(&again.stdout)), (Some(0), ""));
    let check = press(&course, &["sync", "--check"]);
    assert_eq!((check.status.code(), text(&check.stderr)), (Some(0), ""));
}

#[test]
fn problems_end_both_modes_with_status_1() {
    let course = Course::with_note("<!-- sync: code b.rs -->\n```\n```\n\n[a](b)\n", &[]);
    let problems = "\
notes/00.md:1: `sync: code b.rs`: b.rs does not exist
notes/00.md:5: there is no notes/b for the link to b
2 problems
";
    for arguments in [&["sync"][..], &["sync", "--check"]] {
        let output = press(&course, arguments);
        assert_eq!(
            (output.status.code(), text(&output.stderr)),
            (Some(1), problems)
        );
    }
}

#[test]
fn problems_and_stale_blocks_are_counted_apart() {
    let course = Course::with_note(
        "<!-- sync: code a.toml -->\n```\n```\n\n[a](b)\n",
        &[("a.toml", "a = 1")],
    );
    let printed = course.printed();
    assert!(
        printed.ends_with("\n1 problem, and 1 block is stale: run `cargo sync`\n"),
        "{printed}"
    );
}

#[test]
fn colours_mark_the_lines_that_go_and_come() {
    let course = Course::with_note(STALE, &[("a.toml", SOURCE)]);
    let mut printed = Vec::new();
    course
        .check()
        .print(&mut printed, true)
        .expect("memory can be written to");
    let printed = text(&printed);
    assert!(
        printed.contains("\x1b[31m-b = 1\x1b[0m\n\x1b[32m+b = 2\x1b[0m\n"),
        "{printed}"
    );
}

#[test]
fn a_repository_that_is_not_there_is_named() {
    let output = Command::new(env!("CARGO_BIN_EXE_press"))
        .args(["sync", "--repository", "no such folder"])
        .output()
        .expect("the press can be started");
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).starts_with("no such folder cannot be opened: "));
}
