//! The result of a submission. Every format is written from this one value.

use judge::format::Task;
use judge::report::{Report, TestResult};
use serde::{Deserialize, Serialize};

use crate::clean;
use crate::course::Pristine;

/// What came of a submission.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// It was judged, or does not compile: the points are its own.
    Graded,
    /// It was not judged, for a reason that its student can remedy.
    Rejected,
    /// It was not judged, for a reason that is the grader's.
    Error,
}

/// A submission with its verdict.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Verdict {
    pub submission: String,
    /// `05-mini-framework`
    pub exercise: String,
    pub status: Status,
    /// Why it was not judged, or why it has no points.
    pub reason: Option<String>,
    pub points: f64,
    pub max: f64,
    pub tasks: Vec<TaskVerdict>,
    pub left_out: Vec<LeftOut>,
    pub flags: Vec<String>,
    /// What was in force while it was built and run.
    pub layers: Vec<String>,
    pub seconds: f64,
    /// What its inputs were drawn from: for the grader alone.
    pub seed: Option<u32>,
    /// What was judged and by what, as a number.
    pub digest: String,
}

/// A file that was handed in and not used.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct LeftOut {
    pub path: String,
    pub reason: String,
}

/// What came of a task.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct TaskVerdict {
    pub id: String,
    pub title: String,
    pub points: f64,
    pub max: f64,
    pub tests: Vec<TestVerdict>,
}

/// What came of a test.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct TestVerdict {
    pub name: String,
    pub passed: bool,
    /// What it says, when it failed.
    pub message: String,
    /// Whether this test holds on the starter: it guards what was there, and earns nothing.
    pub guards: bool,
}

impl Verdict {
    /// One of an exercise, with nothing in it yet.
    pub fn new(submission: &str, pristine: &Pristine) -> Verdict {
        Verdict {
            submission: clean::line(submission),
            exercise: pristine.exercise.topic.clone(),
            status: Status::Error,
            reason: None,
            points: 0.0,
            max: pristine.points(),
            tasks: Vec::new(),
            left_out: Vec::new(),
            flags: Vec::new(),
            layers: Vec::new(),
            seconds: 0.0,
            seed: None,
            digest: String::new(),
        }
    }

    /// Judged: the points follow from the report.
    pub fn judge(&mut self, pristine: &Pristine, report: &Report) {
        let tasks = pristine.exercise.tasks.iter();
        self.tasks = tasks
            .map(|task| TaskVerdict::of(task, &report.tests))
            .collect();
        let points: f64 = self.tasks.iter().map(|task| task.points).sum();
        self.points = rounded(points);
        self.status = Status::Graded;
        self.seed = Some(report.seed);
    }

    /// It has no server that could be judged: every test fails, for this reason.
    pub fn fail(&mut self, pristine: &Pristine, line: &str, message: &str) {
        let message = clean::text(message);
        let test = |task: &Task, name: &String| TestVerdict {
            name: name.clone(),
            passed: false,
            message: message.clone(),
            guards: !task.falls_short.contains_key(name),
        };
        let tasks = pristine.exercise.tasks.iter().map(|task| TaskVerdict {
            id: task.id.clone(),
            title: task.title.clone(),
            points: 0.0,
            max: f64::from(task.points),
            tests: task.tests.iter().map(|name| test(task, name)).collect(),
        });
        self.tasks = tasks.collect();
        self.points = 0.0;
        self.status = Status::Graded;
        self.reason = Some(line.into());
    }

    /// Not judged.
    pub fn stop(&mut self, status: Status, reason: &str) {
        self.status = status;
        self.reason = Some(clean::line(reason));
    }
}

impl TaskVerdict {
    /// The points of a task: they are earned by the tests that fail on the starter, in equal parts. The other
    /// tests hold before anything is done, and earn nothing; what a submission breaks of them, it loses.
    fn of(task: &Task, results: &[TestResult]) -> TaskVerdict {
        let tests: Vec<TestVerdict> = task
            .tests
            .iter()
            .map(|name| {
                let result = results
                    .iter()
                    .find(|result| result.task == task.id && result.name == *name);
                TestVerdict {
                    name: name.clone(),
                    passed: result.is_some_and(|result| result.passed),
                    message: result.map_or_else(|| "It was not run.".into(), message),
                    guards: !task.falls_short.contains_key(name),
                }
            })
            .collect();
        let share = |guards: bool| {
            let all = tests.iter().filter(|test| test.guards == guards);
            let (all, passed) = (all.clone().count(), all.filter(|test| test.passed).count());
            if all == 0 {
                1.0
            } else {
                passed as f64 / all as f64
            }
        };
        let max = f64::from(task.points);
        TaskVerdict {
            id: task.id.clone(),
            title: task.title.clone(),
            points: rounded(max * share(false) * share(true)),
            max,
            tests,
        }
    }
}

/// What a test says, without what draws the same inputs again.
fn message(result: &TestResult) -> String {
    let Some(said) = &result.said else {
        return String::new();
    };
    let mut text = format!("{}\n", said.line);
    for (name, part) in said.parts() {
        text += &format!("\n  {name}\n{part}\n");
    }
    text += &format!("\n  Read more: {}\n", said.page);
    clean::text(&text)
}

fn rounded(points: f64) -> f64 {
    (points * 100.0).round() / 100.0
}
