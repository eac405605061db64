//! An exercise on the disk: its files, and the fields of `exercise.toml` and `wrong.toml`.
//!
//! An exercise is a server of one package. Its starter compiles, answers, and falls short in a way that is declared; a student changes files below
//! `src/`, and tests in another process judge it over HTTP. The packages are members of the workspace, not default ones: `cargo test` leaves them out. They
//! follow the rules above: registry crates only (and `judge`, for development), `#![forbid(unsafe_code)]`, `PORT`.
//!
//! | file | holds |
//! |---|---|
//! | `exercises/NN-topic/src/` | the starter: the solution without what the tasks ask for. A task asks for about 30 changed lines at most, most for fewer |
//! | `exercises/NN-topic/exercise.toml` | the tasks |
//! | `exercises/NN-topic/tests/tasks.rs` | the tests. The solution's `Cargo.toml` names this very file |
//! | `solutions/NN-topic/src/` | the solution: its difference from the starter is what the tasks ask for, and nothing else |
//! | `solutions/NN-topic/WHY.md` | a part for each task, under its title: why it is so, and what else would do |
//! | `solutions/NN-topic/wrong.toml` | near misses |
//!
//! `exercise.toml` has `topic`, the folder's name, and a `[[task]]` for each task, a warm-up first, then core, then stretch:
//!
//! | field | meaning |
//! |---|---|
//! | `id` | a word for the command line: `head` in `cargo course check 00.head` |
//! | `title` | a short line; the heading of its part of `WHY.md` |
//! | `kind` | `warm-up` (minutes), `core` (the idea of the lesson), `stretch` |
//! | `points` | what it is worth |
//! | `page` | file and heading of the note to read, `notes/00-http-by-hand.md#on-the-wire` |
//! | `files` | what a student may change: names, or all of a kind below a folder, `src/**/*.rs` |
//! | `text` | what to do: 24 lines of 90 characters at most. What to type to see it, what comes now, what should come |
//! | `hints` | three: where to look, what to think of, which tool does it. No line of the solution |
//! | `tests` | the names of its tests, which are sentences |
//! | `[task.falls_short]` | test = a part of what it says on the starter. The task's other tests hold on the starter |
//!
//! A `[[wrong]]` in `wrong.toml` is a submission as a student might hand it in, at least five for each task: `task`, `name`, `thought` (what the student thought),
//! `edits` (each with `file`, `find`, `replace`; applied to the solution; `find` must stand there once), `caught_by` (the test that must fail) and
//! `says` (a sentence that it must say, so that it fails for this reason and no other). A near miss is worth more than a mistake that nobody makes.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::NamedTest;

/// An exercise: what stands in `exercises/NN-topic/exercise.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exercise {
    /// `NN-topic`, the name of its folder.
    pub topic: String,
    /// Its tasks, in the order in which they are to be done.
    #[serde(rename = "task")]
    pub tasks: Vec<Task>,
}

/// A task.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Task {
    /// A word for the command line: `bytes` in `cargo course check 00.bytes`.
    pub id: String,
    /// A short line; the heading of its part of WHY.md.
    pub title: String,
    /// How much it asks for.
    pub kind: Kind,
    /// What it is worth.
    pub points: u32,
    /// The part of a note to read: `notes/00-http-by-hand.md#on-the-wire`.
    pub page: String,
    /// The files that a student may change, relative to the exercise's folder: by name, or all of a
    /// kind below a folder, `src/**/*.rs`.
    pub files: Vec<String>,
    /// What to do.
    pub text: String,
    /// Three, each more concrete than the one before.
    pub hints: Vec<String>,
    /// The names of its tests.
    pub tests: Vec<String>,
    /// How the starter falls short: test, and a sentence of what it says. The other tests of the
    /// task hold on the starter.
    pub falls_short: BTreeMap<String, String>,
}

/// How much a task asks for.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Some minutes.
    WarmUp,
    /// The idea of the lesson.
    Core,
    /// For those who want more.
    Stretch,
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Kind::WarmUp => "warm-up",
            Kind::Core => "core",
            Kind::Stretch => "stretch",
        })
    }
}

/// Near misses: what stands in `solutions/NN-topic/wrong.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrongSubmissions {
    /// Each is the solution with some edits.
    pub wrong: Vec<Wrong>,
}

/// A submission as a student might hand it in, and how it is caught.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wrong {
    /// The id of its task.
    pub task: String,
    /// Its own name: lower case and hyphens.
    pub name: String,
    /// What the student thought.
    pub thought: String,
    /// What makes the solution wrong.
    pub edits: Vec<Edit>,
    /// The test that must fail.
    pub caught_by: String,
    /// A sentence that the test must say.
    pub says: String,
}

/// A change of one place in a file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edit {
    /// Relative to the solution's folder.
    pub file: String,
    /// Must stand there once.
    pub find: String,
    /// Comes in its place.
    pub replace: String,
}

impl Exercise {
    /// Reads `exercise.toml`.
    ///
    /// # Errors
    /// What is wrong with it, and where.
    pub fn parse(text: &str) -> Result<Exercise, String> {
        toml::from_str(text).map_err(|error| error.to_string().trim_end().to_string())
    }

    /// The task of that id.
    pub fn task(&self, id: &str) -> Option<&Task> {
        self.tasks.iter().find(|task| task.id == id)
    }

    /// Whether the tests of the test file are those that the tasks name.
    pub(crate) fn names_exactly(&self, tests: &[NamedTest]) -> Result<(), String> {
        let named: Vec<(&str, &str)> = self
            .tasks
            .iter()
            .flat_map(|task| {
                task.tests
                    .iter()
                    .map(|test| (task.id.as_str(), test.as_str()))
            })
            .collect();
        let written: Vec<(&str, &str)> =
            tests.iter().map(|(task, name, _)| (*task, *name)).collect();
        let missing = |from: &[(&str, &str)], here: &[(&str, &str)]| {
            let found = from.iter().find(|test| !here.contains(test));
            found.map(|(task, test)| format!("{task}::{test}"))
        };
        if let Some(test) = missing(&named, &written) {
            return Err(format!("{test} is named here but is not in tests/tasks.rs"));
        }
        match missing(&written, &named) {
            Some(test) => Err(format!("{test} is in tests/tasks.rs but is not named here")),
            None => Ok(()),
        }
    }
}

impl Task {
    /// Whether a student may change this file: `src/main.rs` is allowed by its own name and by `src/**/*.rs`.
    pub fn may_change(&self, path: &str) -> bool {
        self.files
            .iter()
            .any(|allowed| match allowed.split_once("/**/*") {
                Some((folder, end)) => {
                    path.strip_prefix(folder)
                        .is_some_and(|rest| rest.starts_with('/'))
                        && path.ends_with(end)
                }
                None => path == allowed,
            })
    }
}

impl WrongSubmissions {
    /// Reads `wrong.toml`.
    ///
    /// # Errors
    /// What is wrong with it, and where.
    pub fn parse(text: &str) -> Result<WrongSubmissions, String> {
        toml::from_str(text).map_err(|error| error.to_string().trim_end().to_string())
    }
}

impl Edit {
    /// The text with the edit made.
    ///
    /// # Errors
    /// When the place is not there, or is there more than once.
    pub fn apply(&self, text: &str) -> Result<String, String> {
        let find = self.find.trim_end_matches('\n');
        match text.matches(find).count() {
            1 => Ok(text.replacen(find, self.replace.trim_end_matches('\n'), 1)),
            count => Err(format!(
                "{}: {count} places, not one, read:\n{find}",
                self.file
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edit_wants_its_place_once() {
        let edit = |find: &str| Edit {
            file: "src/main.rs".into(),
            find: find.into(),
            replace: "c".into(),
        };
        assert_eq!(edit("a\n").apply("a b"), Ok("c b".into()));
        assert!(
            edit("a")
                .apply("a a")
                .is_err_and(|error| error.contains("2 places"))
        );
        assert!(
            edit("x")
                .apply("a")
                .is_err_and(|error| error.contains("0 places"))
        );
    }

    #[test]
    fn an_unknown_field_is_refused_with_its_name() {
        let problem = Exercise::parse("topic = \"00\"\ntask = []\nsolved = true\n")
            .expect_err("no such field");
        assert!(problem.contains("solved"), "{problem}");
    }
}
