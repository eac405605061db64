//! The results of a run, as text for a person and as JSON for a program.

use serde::{Deserialize, Serialize};

use crate::failure::Failure;
use crate::format::Exercise;

/// The name and version of this form of report.
pub const SCHEMA: &str = "exercise-report/2";

/// All results of one run.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Report {
    /// [`SCHEMA`].
    pub schema: String,
    /// `NN-topic`.
    pub exercise: String,
    /// What the inputs were drawn from.
    pub seed: u32,
    /// In the order of the exercise. Tests that were filtered out are not here.
    pub tests: Vec<TestResult>,
}

/// The result of one test.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct TestResult {
    /// The id of its task.
    pub task: String,
    /// The test's name, without the task's.
    pub name: String,
    /// The verdict.
    pub passed: bool,
    /// What it says, if it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub said: Option<Said>,
}

/// What a failed test says.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct Said {
    /// Number and title of the task.
    pub task: String,
    /// The request as text.
    pub asked: String,
    /// What came.
    pub came: String,
    /// What was expected.
    pub expected: String,
    /// The one line that matters.
    pub line: String,
    /// Where to read more: file and heading.
    pub page: String,
    /// What draws the same inputs again.
    pub seed: u32,
}

impl TestResult {
    pub(crate) fn new(
        exercise: &Exercise,
        task: &str,
        name: &str,
        seed: u32,
        failure: Option<Failure>,
    ) -> TestResult {
        let said = failure.map(|failure| {
            let task = exercise.task(task);
            let title = task.map_or("", |task| task.title.as_str());
            let number = exercise.topic.split('-').next().unwrap_or_default();
            let id = task.map_or("", |task| task.id.as_str());
            Said {
                task: format!("{number}.{id} · {title}"),
                asked: failure.asked,
                came: failure.came,
                expected: failure.expected,
                line: failure.line,
                page: task.map_or_else(String::new, |task| task.page.clone()),
                seed,
            }
        });
        TestResult {
            task: task.into(),
            name: name.into(),
            passed: said.is_none(),
            said,
        }
    }

    /// What it says, as a text; empty if it passed.
    pub fn text(&self) -> String {
        self.said.as_ref().map_or_else(String::new, Said::text)
    }
}

impl Said {
    /// What was asked, what came, and what was expected, as far as there is any of it: its name, and its lines set in.
    pub fn parts(&self) -> impl Iterator<Item = (&'static str, String)> {
        let parts = [
            ("asked", &self.asked),
            ("came", &self.came),
            ("expected", &self.expected),
        ];
        let there = parts
            .into_iter()
            .filter(|(_, part)| !part.trim().is_empty());
        there.map(|(name, part)| (name, indented(part)))
    }

    /// The parts, each under its name.
    pub fn text(&self) -> String {
        let mut text = format!("{}\n", self.task);
        for (name, part) in self.parts() {
            text += &format!("\n  {name}\n{part}\n");
        }
        text += &format!("\n  {}\n", self.line);
        text += &format!("\n  Read more: {}\n", self.page);
        text + &format!("  The same inputs again: EXERCISE_SEED={}\n", self.seed)
    }
}

fn indented(text: &str) -> String {
    let lines = text.trim_end().lines().map(|line| format!("    {line}"));
    let lines: Vec<String> = lines.map(|line| line.trim_end().to_string()).collect();
    lines.join("\n")
}

impl Report {
    pub(crate) fn new(exercise: &Exercise, seed: u32, tests: Vec<TestResult>) -> Report {
        Report {
            schema: SCHEMA.into(),
            exercise: exercise.topic.clone(),
            seed,
            tests,
        }
    }

    /// Whether these very tests were run, each once: tests of an exercise that somebody has chosen.
    pub fn holds_exactly<'a>(&self, chosen: impl Iterator<Item = (&'a str, &'a str)>) -> bool {
        let mut chosen: Vec<(&str, &str)> = chosen.collect();
        let tests = self.tests.iter();
        let mut run: Vec<(&str, &str)> = tests
            .map(|test| (test.task.as_str(), test.name.as_str()))
            .collect();
        chosen.sort_unstable();
        run.sort_unstable();
        chosen == run
    }
}
