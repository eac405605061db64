//! `cargo course new`: the skeleton of a lesson, in every room.
//!
//! What it writes compiles, answers and is judged. What only an author can write says `TO WRITE`, and
//! [`house::rooms::unwritten`] finds it.

use std::fs;
use std::path::Path;

use house::lessons::{self, Lesson, number_of};
use house::rooms;

use crate::Outcome;
use crate::course::{Course, write};

/// The lesson whose `serve.rs` and whose versions of crates a new one begins with.
const LIKE: &str = "06";

/// The files that are written anew, with their texts: `@NN@`, `@topic@` and `@title@` stand for the lesson's.
const FILES: [(&str, &str); 16] = [
    (
        "lessons/@topic@/Cargo.toml",
        include_str!("new/lesson.toml"),
    ),
    ("lessons/@topic@/src/main.rs", include_str!("new/lesson.rs")),
    ("lessons/@topic@/src/serve.rs", "@serve@"),
    (
        "tests/requests/@topic@/app.http",
        include_str!("new/requests.http"),
    ),
    ("notes/@topic@.md", include_str!("new/note.md")),
    ("slides/@topic@.md", include_str!("new/deck.md")),
    (
        "exercises/@topic@/Cargo.toml",
        include_str!("new/exercise.toml"),
    ),
    (
        "exercises/@topic@/exercise.toml",
        include_str!("new/tasks.toml"),
    ),
    (
        "exercises/@topic@/src/main.rs",
        include_str!("new/starter.rs"),
    ),
    ("exercises/@topic@/src/serve.rs", "@serve@"),
    (
        "exercises/@topic@/tests/tasks.rs",
        include_str!("new/tasks.rs"),
    ),
    (
        "solutions/@topic@/Cargo.toml",
        include_str!("new/solution.toml"),
    ),
    (
        "solutions/@topic@/src/main.rs",
        include_str!("new/solution.rs"),
    ),
    ("solutions/@topic@/src/serve.rs", "@serve@"),
    ("solutions/@topic@/WHY.md", include_str!("new/why.md")),
    (
        "solutions/@topic@/wrong.toml",
        include_str!("new/wrong.toml"),
    ),
];

/// Writes the skeleton of a lesson into every room, and says what to do next.
pub fn run(course: &Course, topic: &str) -> Outcome {
    let root = &course.root;
    check_name(root, topic)?;
    let words = Words::of(root, topic)?;
    // All is made before any of it is written: a lesson has all of its rooms, or none.
    let mut files: Vec<(String, String)> = FILES
        .iter()
        .map(|(path, text)| (words.filled(path), words.filled(text)))
        .collect();
    if let Some((path, _)) = files.iter().find(|(path, _)| root.join(path).exists()) {
        return Err(format!("{path} is there already: nothing was written."));
    }
    files.sort();
    let number = number_of(topic);
    files.extend([
        (rooms::README.into(), with_row(root, rooms::README, number, words.filled(
            "| @NN@ | TO WRITE: its question? | [@title@](notes/@topic@.md) | `cargo run -p lesson-@NN@` |",
        ))?),
        (rooms::SIZES.into(), with_row(root, rooms::SIZES, number, words.filled("| @NN@ | 130 | 95 % |"))?),
        (rooms::LADDER.into(), with_rung(root, &words)?),
    ]);
    for (path, text) in &files {
        write(&root.join(path), text.as_bytes())?;
        anstream::println!("wrote {path}");
    }
    anstream::println!("{}", words.filled(include_str!("new/next.txt")).trim_end());
    Ok(true)
}

fn check_name(root: &Path, topic: &str) -> Result<(), String> {
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let word = topic.split_once('-').map_or("", |(_, word)| word);
    let begins = word.starts_with(|c: char| c.is_ascii_lowercase());
    if !lessons::is_topic(topic) || !topic.chars().all(is_plain) || !begins || word.ends_with('-') {
        return Err(format!(
            "The name of a lesson is two digits and one or more words, such as 13-topic: {topic:?} is not."
        ));
    }
    let taken = rooms::notes(root).into_iter();
    let mut taken = taken.chain(
        lessons::folders(root)
            .into_iter()
            .map(|lesson| lesson.topic),
    );
    match taken.find(|other| number_of(other) == number_of(topic)) {
        Some(other) => Err(format!(
            "The number {} is taken, by {other}.",
            number_of(topic)
        )),
        None => Ok(()),
    }
}

/// What stands in the skeleton's texts between two `@`.
struct Words(Vec<(&'static str, String)>);

impl Words {
    fn of(root: &Path, topic: &str) -> Result<Words, String> {
        let like = lessons::find(root, LIKE)?;
        let read = |file: &str| {
            let path = like.folder.join(file);
            fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))
        };
        let manifest: toml::Table = read("Cargo.toml")?
            .parse()
            .map_err(|error| format!("The manifest of lesson {LIKE}: {error}"))?;
        let lesson = Lesson {
            topic: topic.into(),
            folder: root.join("lessons").join(topic),
        };
        let title = topic.split_once('-').map_or(topic, |(_, word)| word);
        let mut title = title.replace('-', " ");
        title[..1].make_ascii_uppercase();
        Ok(Words(vec![
            ("@serve@", read("src/serve.rs")?),
            ("@NN@", lesson.number().into()),
            ("@topic@", topic.into()),
            ("@title@", title),
            ("@rust@", stated(&manifest, "package", "rust-version")?),
            ("@anyhow@", stated(&manifest, "dependencies", "anyhow")?),
            ("@axum@", stated(&manifest, "dependencies", "axum")?),
            ("@tokio@", stated(&manifest, "dependencies", "tokio")?),
        ]))
    }

    fn filled(&self, text: &str) -> String {
        let words = self.0.iter();
        words.fold(text.to_string(), |text, (name, word)| {
            text.replace(name, word)
        })
    }
}

/// A version in a manifest: a string, or the `version` of a table.
fn stated(manifest: &toml::Table, table: &str, name: &str) -> Result<String, String> {
    let value = manifest.get(table).and_then(|table| table.get(name));
    let version = value.and_then(|value| value.get("version").unwrap_or(value).as_str());
    version
        .map(str::to_string)
        .ok_or_else(|| format!("The manifest of lesson {LIKE} states no version of {name}."))
}

fn read(root: &Path, page: &str) -> Result<String, String> {
    fs::read_to_string(root.join(page)).map_err(|error| format!("{page}: {error}"))
}

/// A page with a row in its table of lessons, below those of smaller numbers.
fn with_row(root: &Path, page: &str, number: &str, row: String) -> Result<String, String> {
    let text = read(root, page)?;
    let mut lines: Vec<&str> = text.lines().collect();
    let is_above = |line: &&str| rooms::number_of_row(line).is_some_and(|other| other < number);
    let above = lines.iter().rposition(is_above);
    let above = above.ok_or_else(|| format!("{page} has no table of the lessons."))?;
    lines.insert(above + 1, &row);
    Ok(lines.join("\n") + "\n")
}

fn with_rung(root: &Path, words: &Words) -> Result<String, String> {
    let text = read(root, rooms::LADDER)?;
    Ok(text + &words.filled(include_str!("new/rung.toml")))
}
