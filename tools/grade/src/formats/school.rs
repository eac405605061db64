//! What other systems read: JUnit's XML, Gradescope, Classroom 50, GitHub Classroom, Exercism. What their
//! students may see, none of these has a seed.

use std::env;

use base64::prelude::{BASE64_STANDARD, Engine};
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::{sentence, summary};
use crate::verdict::{Status, TaskVerdict, TestVerdict, Verdict};

/// Points of a test, so that those of a task are the sum of its tests'.
fn shares(task: &TaskVerdict) -> Vec<(f64, f64)> {
    let earning = task.tests.iter().filter(|test| !test.guards).count().max(1) as f64;
    let passed = task
        .tests
        .iter()
        .filter(|test| !test.guards && test.passed)
        .count()
        .max(1) as f64;
    let share = |test: &TestVerdict| match (test.guards, test.passed) {
        (true, _) => (0.0, 0.0),
        (false, true) => (task.points / passed, task.max / earning),
        (false, false) => (0.0, task.max / earning),
    };
    task.tests.iter().map(share).collect()
}

fn tests(verdict: &Verdict) -> impl Iterator<Item = (&TaskVerdict, &TestVerdict, (f64, f64))> {
    verdict.tasks.iter().flat_map(|task| {
        let with_shares = task.tests.iter().zip(shares(task));
        with_shares.map(move |(test, share)| (task, test, share))
    })
}

fn pretty(value: &Value) -> String {
    format!("{value:#}\n")
}

fn rounded(points: f64) -> f64 {
    (points * 10_000.0).round() / 10_000.0
}

/// Gradescope's results.json.
pub fn gradescope(verdict: &Verdict) -> String {
    let mut output = vec![summary(verdict)];
    output.extend(
        verdict
            .left_out
            .iter()
            .map(|file| format!("Left out: {}: {}", file.path, file.reason)),
    );
    output.retain(|line| !line.is_empty());
    let tests: Vec<Value> = tests(verdict)
        .enumerate()
        .map(|(at, (task, test, (score, max)))| {
            json!({
                "number": (at + 1).to_string(),
                "name": format!("{}: {}", task.title, sentence(&test.name)),
                "name_format": "text",
                "status": if test.passed { "passed" } else { "failed" },
                "score": rounded(score),
                "max_score": rounded(max),
                "output": test.message,
                "output_format": "text",
                "tags": [task.id],
                "visibility": "visible",
            })
        })
        .collect();
    pretty(&json!({
        "score": verdict.points,
        "execution_time": verdict.seconds,
        "output": output.join("\n"),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "extra_data": { "exercise": verdict.exercise, "max": verdict.max },
        "tests": tests,
    }))
}

/// Classroom 50's result.json. What it asks of the classroom stands in the environment.
pub fn classroom50(verdict: &Verdict) -> String {
    let asked = |name: &str, default: &str| env::var(name).unwrap_or_else(|_| default.to_string());
    // Whole points: a hundred for each.
    let whole = |points: f64| (points * 100.0).round() as i64;
    let tests: Vec<Value> = tests(verdict)
        .map(|(task, test, (score, max))| {
            json!({
                "test-name": format!("{}: {}", task.title, sentence(&test.name)),
                "passed": test.passed,
                "score": whole(score),
                "max-score": whole(max),
                "message": test.message,
            })
        })
        .collect();
    pretty(&json!({
        "schema": "classroom50/result/v1",
        "classroom": asked("CLASSROOM", "classroom"),
        "assignment": asked("ASSIGNMENT", &verdict.exercise),
        "assignment_type": asked("ASSIGNMENT_TYPE", "individual"),
        "owner": asked("OWNER", &verdict.submission),
        "submission": asked("SUBMISSION_TAG", &format!("submit/{}", super::file_name(&verdict.submission))),
        "commit": asked("COMMIT_URL", ""),
        "release": asked("RELEASE_URL", ""),
        "review": asked("REVIEW_URL", ""),
        "datetime": now(),
        "score": whole(verdict.points),
        "max-score": whole(verdict.max),
        "tests": tests,
    }))
}

/// `pass`, `fail` or `error`.
fn status(verdict: &Verdict) -> &'static str {
    let all = verdict
        .tasks
        .iter()
        .flat_map(|task| &task.tests)
        .all(|test| test.passed);
    match verdict.status {
        Status::Graded if verdict.reason.is_some() => "error",
        Status::Graded if all => "pass",
        Status::Graded => "fail",
        Status::Rejected | Status::Error => "error",
    }
}

/// GitHub Classroom's, as a step's output holds it.
pub fn github(verdict: &Verdict) -> String {
    let tests: Vec<Value> = tests(verdict)
        .map(|(task, test, (score, _))| {
            json!({
                "name": format!("{}: {}", task.title, sentence(&test.name)),
                "status": if test.passed { "pass" } else { "fail" },
                "score": rounded(score),
                "message": test.message,
                "test_code": "",
                "filename": "",
                "line_no": 0,
                "duration": 0,
            })
        })
        .collect();
    let result = json!({ "version": 1, "status": status(verdict), "max_score": verdict.max, "tests": tests });
    BASE64_STANDARD.encode(result.to_string()) + "\n"
}

/// Exercism's results.json, version 3.
pub fn exercism(verdict: &Verdict) -> String {
    let number = |id: &str| {
        verdict
            .tasks
            .iter()
            .position(|task| task.id == id)
            .map(|at| at + 1)
    };
    let tests: Vec<Value> = tests(verdict)
        .map(|(task, test, _)| {
            let message = (!test.passed).then_some(&test.message);
            json!({
                "name": sentence(&test.name),
                "status": if test.passed { "pass" } else { "fail" },
                "message": message,
                "output": "",
                "test_code": "",
                "task_id": number(&task.id),
            })
        })
        .collect();
    let message = match status(verdict) {
        "error" => Some(summary(verdict)),
        _ => None,
    };
    pretty(&json!({ "version": 3, "status": status(verdict), "message": message, "tests": tests }))
}

/// JUnit's XML, as cargo-nextest writes it: a suite for each submission.
pub fn junit(verdicts: &[Verdict]) -> String {
    let failed = |verdict: &Verdict| {
        verdict
            .tasks
            .iter()
            .flat_map(|task| &task.tests)
            .filter(|test| !test.passed)
            .count()
    };
    let all = |verdict: &Verdict| {
        verdict
            .tasks
            .iter()
            .map(|task| task.tests.len())
            .sum::<usize>()
    };
    // What has no tests is one error.
    let errors = |verdict: &Verdict| usize::from(verdict.tasks.is_empty());
    let sum = |count: &dyn Fn(&Verdict) -> usize| verdicts.iter().map(count).sum::<usize>();
    let time: f64 = verdicts.iter().map(|verdict| verdict.seconds).sum();
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"grade\" tests=\"{}\" skipped=\"0\" failures=\"{}\" errors=\"{}\" timestamp=\"{}\" time=\"{time:.3}\">\n",
        sum(&all) + sum(&errors),
        sum(&failed),
        sum(&errors),
        now(),
    );
    for verdict in verdicts {
        let name = escaped(&verdict.submission);
        text += &format!(
            "  <testsuite name=\"{name}\" tests=\"{}\" skipped=\"0\" failures=\"{}\" errors=\"{}\" time=\"{:.3}\">\n",
            all(verdict) + errors(verdict),
            failed(verdict),
            errors(verdict),
            verdict.seconds,
        );
        text += &format!(
            "    <properties>\n      <property name=\"points\" value=\"{}\"/>\n      <property name=\"max\" value=\"{}\"/>\n    </properties>\n",
            verdict.points, verdict.max
        );
        if verdict.tasks.is_empty() {
            let words = escaped(&summary(verdict));
            text += &format!(
                "    <testcase name=\"submission\" classname=\"{name}\" time=\"0\">\n      <error message=\"{words}\" type=\"{}\">{words}</error>\n    </testcase>\n",
                status(verdict)
            );
        }
        for (task, test, _) in tests(verdict) {
            let case = format!(
                "name=\"{}\" classname=\"{name}.{}\" time=\"0\"",
                escaped(&test.name),
                escaped(&task.id)
            );
            if test.passed {
                text += &format!("    <testcase {case}/>\n");
                continue;
            }
            let first = escaped(test.message.lines().next().unwrap_or_default());
            text += &format!(
                "    <testcase {case}>\n      <failure message=\"{first}\" type=\"verdict\">{}</failure>\n    </testcase>\n",
                escaped(&test.message)
            );
        }
        text += "  </testsuite>\n";
    }
    text + "</testsuites>\n"
}

/// Text as it may stand in XML and HTML, in an attribute, too.
pub fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\n' | '\t' => escaped.push(letter),
            // XML has no place for these, escaped or not.
            letter if letter.is_control() || matches!(letter, '\u{fffe}' | '\u{ffff}') => {
                escaped.push('\u{fffd}')
            }
            letter => escaped.push(letter),
        }
    }
    escaped
}

/// `2026-11-30T13:54:11Z`
fn now() -> String {
    let now = OffsetDateTime::now_utc().truncate_to_second();
    now.format(&Rfc3339).expect("this year has four digits")
}
