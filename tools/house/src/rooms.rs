//! The rooms of a lesson: which there are, and what is missing in them.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::files;
use crate::lessons::{Lesson, in_course, is_topic};

/// The page with the map of the lessons.
pub const README: &str = "README.md";
/// The page with the table of sizes.
pub const SIZES: &str = "CONTRIBUTING.md";
/// The rungs of the ladder, from which its picture is drawn.
pub const LADDER: &str = "slides/ladder.toml";
/// What a skeleton says where only an author can go on.
pub const MARK: &str = "TO WRITE";

/// The files that each lesson has. `@` stands for `NN-topic`.
const FILES: [&str; 9] = [
    "lessons/@/src/main.rs",
    "notes/@.md",
    "slides/@.md",
    "exercises/@/exercise.toml",
    "exercises/@/src/main.rs",
    "exercises/@/tests/tasks.rs",
    "solutions/@/src/main.rs",
    "solutions/@/WHY.md",
    "solutions/@/wrong.toml",
];

/// Where names of lessons stand, and no others that begin with a number.
const FOLDERS: [&str; 5] = [
    "slides",
    "exercises",
    "solutions",
    "tests/requests",
    "tests/snapshots",
];

/// What the lessons of the course at `root` lack, a line for each: a room, a row, a rung. And what belongs to
/// no lesson.
pub fn lacking(root: &Path) -> Vec<String> {
    let lessons = in_course(root);
    let mut lacking: Vec<String> = lessons
        .iter()
        .flat_map(|lesson| of_lesson(root, lesson))
        .collect();
    for folder in FOLDERS {
        let topics = names(&root.join(folder));
        let strays = topics.iter().filter(|topic| {
            is_topic(topic) && !lessons.iter().any(|lesson| lesson.topic == **topic)
        });
        lacking.extend(strays.map(|topic| format!("{folder}/ has {topic}, which is not a lesson")));
    }
    for number in rungs(root) {
        if !lessons.iter().any(|lesson| lesson.number() == number) {
            lacking.push(format!(
                "{LADDER} has a rung {number}, which is not a lesson"
            ));
        }
    }
    lacking
}

fn of_lesson(root: &Path, lesson: &Lesson) -> Vec<String> {
    let Lesson { topic, .. } = lesson;
    let number = lesson.number();
    let files = FILES.iter().map(|file| file.replace('@', topic));
    let mut lacking: Vec<String> = files
        .filter(|file| !root.join(file).is_file())
        .map(|file| format!("lesson {number} lacks {file}"))
        .collect();
    let requests = format!("tests/requests/{topic}");
    if files::of_kind(&root.join(&requests), "http").is_empty() {
        lacking.push(format!("lesson {number} lacks requests: {requests}/*.http"));
    }
    let row = row(root, README, number);
    if !row.is_some_and(|row| row.contains(&format!("(notes/{topic}.md)"))) {
        lacking.push(format!(
            "lesson {number} lacks a row in {README} that links to notes/{topic}.md"
        ));
    }
    if self::row(root, SIZES, number).is_none() {
        lacking.push(format!("lesson {number} lacks a row in {SIZES}, \"Sizes\""));
    }
    if !rungs(root).iter().any(|rung| rung == number) {
        lacking.push(format!("lesson {number} lacks a rung in {LADDER}"));
    }
    lacking
}

/// The lines of the course at `root` in which the skeleton of a lesson still says [`MARK`]: `FILE:LINE: …`.
pub fn unwritten(root: &Path) -> Vec<String> {
    let rooms =
        ["lessons", "notes", "slides", "exercises", "solutions"].map(|room| root.join(room));
    let mut paths: Vec<_> = rooms.iter().flat_map(|room| files::below(room)).collect();
    paths.extend(files::below(&root.join("tests/requests")));
    paths.push(root.join(README));
    // A drawing says what its table says.
    paths.retain(|path| path.extension().is_none_or(|kind| kind != "svg"));
    let mut unwritten = Vec::new();
    for path in paths {
        // A picture, say.
        let Ok(text) = fs::read_to_string(&path) else {
            continue;
        };
        let name = files::inside(root, &path).unwrap_or_default();
        let lines = text
            .lines()
            .zip(1..)
            .filter(|(line, _)| line.contains(MARK));
        unwritten.extend(lines.map(|(line, number)| format!("{name}:{number}: {}", line.trim())));
    }
    unwritten
}

/// The notes whose name begins with a number, with a lesson or without: `11-making-choices`.
pub fn notes(root: &Path) -> Vec<String> {
    let notes = names(&root.join("notes")).into_iter();
    notes.filter(|name| is_topic(name)).collect()
}

/// The number of a row in a table of the lessons: `05` of `| 05 | …`.
pub fn number_of_row(line: &str) -> Option<&str> {
    let (cell, _) = line.strip_prefix("| ")?.split_once(" |")?;
    let is_number = cell.len() == 2 && cell.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then_some(cell)
}

fn row(root: &Path, page: &str, number: &str) -> Option<String> {
    let text = fs::read_to_string(root.join(page)).unwrap_or_default();
    let mut rows = text.lines();
    rows.find(|line| number_of_row(line) == Some(number))
        .map(str::to_string)
}

fn rungs(root: &Path) -> Vec<String> {
    let text = fs::read_to_string(root.join(LADDER)).unwrap_or_default();
    let numbers = text
        .lines()
        .filter_map(|line| line.strip_prefix("number = "));
    numbers
        .map(|word| word.trim_matches('"').to_string())
        .collect()
}

/// The names in a folder, without what follows a dot.
fn names(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    names
        .filter_map(|name| Some(name.split('.').next()?.to_string()))
        .collect()
}
