//! What other systems read is as they ask for it, and every form has the same points.

#![cfg(target_os = "linux")]
// The fields stand for what must be there, and of which type.
#![allow(dead_code)]

mod submissions;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use base64::prelude::{BASE64_STANDARD, Engine};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use submissions::submissions;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Gradescope {
    score: f64,
    execution_time: f64,
    output: String,
    output_format: TextFormat,
    test_output_format: TextFormat,
    test_name_format: TextFormat,
    visibility: Visibility,
    stdout_visibility: Visibility,
    extra_data: Map<String, Value>,
    tests: Vec<GradescopeTest>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GradescopeTest {
    score: f64,
    max_score: f64,
    status: GradescopeStatus,
    name: String,
    name_format: TextFormat,
    number: String,
    output: String,
    output_format: TextFormat,
    tags: Vec<String>,
    visibility: Visibility,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum TextFormat {
    Text,
    Html,
    SimpleFormat,
    Md,
    Ansi,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Visibility {
    Hidden,
    AfterDueDate,
    AfterPublished,
    Visible,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum GradescopeStatus {
    Passed,
    Failed,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Classroom50 {
    schema: String,
    classroom: String,
    assignment: String,
    assignment_type: AssignmentType,
    owner: String,
    submission: String,
    commit: String,
    release: String,
    review: String,
    datetime: String,
    score: i64,
    #[serde(rename = "max-score")]
    max_score: i64,
    tests: Vec<Classroom50Test>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum AssignmentType {
    Individual,
    Group,
}

/// More keys are allowed here.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Classroom50Test {
    test_name: String,
    passed: bool,
    score: i64,
    max_score: i64,
}

#[derive(Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Outcome {
    Pass,
    Fail,
    Error,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Github {
    version: u8,
    status: Outcome,
    max_score: f64,
    tests: Vec<GithubTest>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GithubTest {
    name: String,
    status: Outcome,
    score: f64,
    message: String,
    test_code: String,
    filename: String,
    line_no: u32,
    duration: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Exercism {
    version: u8,
    status: Outcome,
    message: Option<String>,
    tests: Vec<ExercismTest>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExercismTest {
    name: String,
    status: Outcome,
    message: Option<String>,
    output: String,
    test_code: String,
    task_id: u32,
}

fn read(file: &Path) -> String {
    fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

fn parsed<T: DeserializeOwned>(file: &Path) -> T {
    serde_json::from_str(&read(file)).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

fn is_close(one: f64, other: f64) -> bool {
    (one - other).abs() < 0.01
}

/// A starter, a solution, one that does not compile, and one that is no submission.
#[test]
fn every_form_is_as_its_reader_asks_and_has_the_same_points() {
    let folder = submissions(3);
    let broken = folder.path().join("student-2/src/main.rs");
    fs::write(broken, "fn main() { \"<tea> & \u{1b}[31m\" }").expect("it can be written");
    fs::write(folder.path().join("=1+1.pdf"), "a picture").expect("it can be written");
    let out = tempfile::tempdir().expect("a folder can be made");
    let forms = "json,junit,gradescope,classroom50,github,exercism,csv,html,dolos";
    let status = Command::new(env!("CARGO_BIN_EXE_grade"))
        .arg(folder.path())
        .args(["--exercise", "02", "--format", forms, "--out"])
        .arg(out.path())
        .stdout(Stdio::null())
        .status()
        .expect("it starts");
    assert!(status.success());
    let results: Vec<Value> = parsed(&out.path().join("results.json"));
    assert_eq!(results.len(), 4);
    let written = |form: &str| {
        let files = fs::read_dir(out.path().join(form)).expect("it is there");
        let mut paths: Vec<_> = files.flatten().map(|file| file.path()).collect();
        paths.sort();
        paths
    };
    for form in ["gradescope", "classroom50", "github", "exercism"] {
        assert_eq!(written(form).len(), 4, "{form}");
    }
    for result in results.iter().filter(|result| result["status"] == "graded") {
        let name = result["submission"].as_str().expect("a name");
        let number = |key: &str| result[key].as_f64().expect("a number");
        let (points, max) = (number("points"), number("max"));
        let file = |form: &str, end: &str| out.path().join(form).join(format!("{name}.{end}"));

        let gradescope: Gradescope = parsed(&file("gradescope", "json"));
        let sum = |part: fn(&GradescopeTest) -> f64| gradescope.tests.iter().map(part).sum();
        assert!(is_close(gradescope.score, points));
        assert!(is_close(sum(|test| test.score), points), "{name}");
        assert!(is_close(sum(|test| test.max_score), max), "{name}");

        let classroom: Classroom50 = parsed(&file("classroom50", "json"));
        assert_eq!(classroom.schema, "classroom50/result/v1");
        assert!(classroom.submission.starts_with("submit/"));
        let date = classroom.datetime.as_bytes();
        assert!(date.len() == 20 && date[10] == b'T' && date[19] == b'Z');
        let sum = |part: fn(&Classroom50Test) -> i64| classroom.tests.iter().map(part).sum::<i64>();
        assert!(is_close(classroom.score as f64 / 100.0, points));
        assert_eq!(sum(|test| test.score), classroom.score, "{name}");
        assert_eq!(sum(|test| test.max_score), classroom.max_score, "{name}");

        let base64 = BASE64_STANDARD.decode(read(&file("github", "txt")).trim());
        let github: Github =
            serde_json::from_slice(&base64.expect("it is base64")).expect("it is as it must be");
        let sum: f64 = github.tests.iter().map(|test| test.score).sum();
        assert!(github.version == 1 && is_close(sum, points) && is_close(github.max_score, max));

        let exercism: Exercism = parsed(&file("exercism", "json"));
        let is_full = is_close(points, max);
        assert_eq!(exercism.version, 3);
        assert_eq!(exercism.status == Outcome::Pass, is_full, "{name}");
        assert!(exercism.message.is_some() || exercism.status != Outcome::Error);
        let is_short = |test: &ExercismTest| test.output.chars().count() <= 500;
        assert!(exercism.tests.iter().all(is_short));
    }
    let points: BTreeMap<String, f64> = results
        .iter()
        .map(|result| {
            let name = result["submission"].as_str().expect("a name");
            (
                name.to_string(),
                result["points"].as_f64().expect("a number"),
            )
        })
        .collect();
    assert_eq!(of_junit(&read(&out.path().join("results.xml"))), points);
    let csv = read(&out.path().join("results.csv"));
    for (name, points) in &points {
        let cell = name.replace("=1+1", "'=1+1");
        let row = csv
            .lines()
            .find(|line| line.starts_with(&format!("{cell},")));
        let cells: Vec<&str> = row.expect("it has a row").split(',').collect();
        assert_eq!(cells[3].parse::<f64>().ok(), Some(*points), "{csv}");
    }
    // What tools compare: no file that is the starter's.
    let info = read(&out.path().join("dolos/02/info.csv"));
    let mut lines = info.lines();
    assert_eq!(lines.next(), Some("filename,full_name,label"));
    for line in lines {
        let file = out
            .path()
            .join("dolos/02")
            .join(line.split(',').next().expect("a cell"));
        assert!(file.is_file(), "{}", file.display());
    }
    assert!(
        info.contains(",the-solution,course") && info.contains(",student-2,"),
        "{info}"
    );
    assert!(out.path().join("dolos/02/starter/src/main.rs").is_file());
}

/// The points by submission, from nextest's form of JUnit's XML.
fn of_junit(text: &str) -> BTreeMap<String, f64> {
    let document = roxmltree::Document::parse(text).expect("it is XML");
    let all = document.root_element();
    assert!(all.has_tag_name("testsuites") && all.attribute("timestamp").is_some());
    let count = |node: roxmltree::Node, key: &str| -> usize {
        let value = node.attribute(key).unwrap_or_else(|| panic!("no {key}"));
        value.parse().expect("a number")
    };
    let mut points = BTreeMap::new();
    let mut tests = 0;
    for suite in all.children().filter(|node| node.has_tag_name("testsuite")) {
        let cases = suite
            .children()
            .filter(|node| node.has_tag_name("testcase"));
        let failed = |kind: &str| {
            let cases = cases.clone();
            let with = |case: &roxmltree::Node| case.children().any(|node| node.has_tag_name(kind));
            cases.filter(with).count()
        };
        assert_eq!(cases.clone().count(), count(suite, "tests"));
        assert_eq!(failed("failure"), count(suite, "failures"));
        assert_eq!(failed("error"), count(suite, "errors"));
        for case in cases.clone() {
            assert!(case.attribute("name").is_some() && case.attribute("classname").is_some());
            let time = case
                .attribute("time")
                .and_then(|time| time.parse::<f64>().ok());
            assert!(time.is_some());
            for failure in case.children().filter(|node| node.is_element()) {
                assert!(failure.attribute("message").is_some());
                assert!(failure.attribute("type").is_some());
            }
        }
        tests += count(suite, "tests");
        let mut properties = suite
            .descendants()
            .filter(|node| node.has_tag_name("property"));
        let earned = properties.find(|property| property.attribute("name") == Some("points"));
        let earned = earned.and_then(|property| property.attribute("value"));
        let name = suite.attribute("name").expect("a name").to_string();
        points.insert(
            name,
            earned.expect("they are there").parse().expect("a number"),
        );
    }
    assert_eq!(tests, count(all, "tests"));
    points
}
