//! Submissions of every kind, honest and hostile: each verdict is right, no secret gets out, nothing is left running.

#![cfg(target_os = "linux")]

mod corpus {
    pub mod hand_in;
}

use std::collections::BTreeMap;
use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use serde::Deserialize;
use serde_json::Value;
use tempfile::TempDir;

/// A submission, as the corpus describes it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    pub name: String,
    #[serde(default)]
    #[allow(dead_code)]
    thought: String,
    /// Whether it is tried at each change: of every kind there is one.
    #[serde(default)]
    sample: bool,
    base: String,
    #[serde(default)]
    top: String,
    #[serde(default)]
    main: String,
    #[serde(default)]
    edits: Vec<Edit>,
    #[serde(default)]
    files: BTreeMap<String, String>,
    #[serde(default)]
    handed_in: String,
    verdict: String,
    #[serde(default)]
    says: String,
}

#[derive(Clone, Debug, Deserialize)]
struct Edit {
    file: String,
    find: String,
    replace: String,
}

#[derive(Deserialize)]
struct Corpus {
    case: Vec<Case>,
}

/// What stands between `{{` and `}}`, and watches what happens.
struct Traps {
    folder: TempDir,
    secret: String,
    listener: TcpListener,
}

impl Traps {
    fn set() -> Traps {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let secret = format!("the-secret-of-{}", std::process::id());
        fs::write(folder.path().join("secret"), &secret).expect("a file can be written");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        listener.set_nonblocking(true).expect("it need not wait");
        Traps {
            folder,
            secret,
            listener,
        }
    }

    fn marker(&self) -> PathBuf {
        self.folder.path().join("marker")
    }

    fn filled(&self, text: &str, topic: &str) -> String {
        let port = self.listener.local_addr().expect("it listens").port();
        text.replace(
            "{{secret}}",
            &self.folder.path().join("secret").display().to_string(),
        )
        .replace("{{marker}}", &self.marker().display().to_string())
        .replace("{{port}}", &port.to_string())
        .replace(
            "{{solution}}",
            &root().join("solutions").join(topic).display().to_string(),
        )
        .replace("{{root}}", &root().display().to_string())
    }
}

fn root() -> PathBuf {
    fs::canonicalize(Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")).expect("it is there")
}

/// The files of a case, from the exercise's folder; those from the submission's root begin with `/`.
fn files(case: &Case, topic: &str, traps: &Traps) -> BTreeMap<String, Vec<u8>> {
    let exercise = root().join("exercises").join(topic);
    let mut files = BTreeMap::new();
    for (from, what) in [
        (exercise.clone(), "."),
        (root().join("solutions").join(topic), "src"),
    ] {
        if what == "." || case.base == "solution" {
            collect(&from, &from.join(what), &mut files);
        }
    }
    let mut texts: BTreeMap<String, String> = BTreeMap::new();
    for (file, bytes) in files {
        texts.insert(
            file,
            String::from_utf8(bytes).expect("the course's files are text"),
        );
    }
    for edit in &case.edits {
        let text = texts
            .get_mut(&edit.file)
            .unwrap_or_else(|| panic!("{}: there is no {}", case.name, edit.file));
        assert_eq!(
            text.matches(&edit.find).count(),
            1,
            "{}: {:?} in {}",
            case.name,
            edit.find,
            edit.file
        );
        *text = text.replace(&edit.find, &edit.replace);
    }
    let main = texts.get_mut("src/main.rs").expect("each has one");
    if !case.top.is_empty() || !case.main.is_empty() {
        *main = main.replacen("#![forbid(unsafe_code)]", "#![allow(warnings)]", 1);
    }
    if !case.top.is_empty() {
        // Attributes of the whole file come first.
        let (inner, items): (Vec<&str>, Vec<&str>) =
            case.top.lines().partition(|line| line.starts_with("#!["));
        *main = main.replacen(
            "#![allow(warnings)]",
            &format!(
                "#![allow(warnings)]\n{}\n{}",
                inner.join("\n"),
                items.join("\n")
            ),
            1,
        );
    }
    if !case.main.is_empty() {
        let begin = "fn main() {";
        assert!(main.contains(begin), "{}", case.name);
        *main = main.replacen(begin, &format!("{begin}\n    {}", case.main), 1);
    }
    texts.extend(case.files.clone());
    texts
        .into_iter()
        .map(|(file, text)| (file, traps.filled(&text, topic).into_bytes()))
        .collect()
}

fn collect(base: &Path, at: &Path, files: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(at).expect("it is there").flatten() {
        let path = entry.path();
        if path.is_dir() {
            if entry.file_name() != "target" {
                collect(base, &path, files);
            }
        } else {
            let name = path
                .strip_prefix(base)
                .expect("it is below")
                .to_string_lossy()
                .into_owned();
            files.insert(
                name.trim_start_matches("./").to_string(),
                fs::read(&path).expect("it can be read"),
            );
        }
    }
}

/// What a case should have come to, and has not.
fn wrong(case: &Case, verdict: &Value) -> Option<String> {
    let (points, max) = (verdict["points"].as_f64()?, verdict["max"].as_f64()?);
    let status = verdict["status"].as_str().unwrap_or_default();
    let is_right = match case.verdict.as_str() {
        "full" => status == "graded" && points == max,
        "none" => status == "graded" && points == 0.0,
        "some" => status == "graded" && points < max,
        "rejected" => status == "rejected" && points == 0.0,
        other => panic!("{}: there is no verdict {other:?}", case.name),
    };
    let said = verdict.to_string();
    let is_said = case.says.is_empty() || said.contains(&case.says.replace('"', "\\\""));
    let is_clean = !said.contains("\\u001b") && !said.contains('\u{202e}');
    let is_all = is_right && is_said && is_clean;
    let failed = verdict["tasks"]
        .as_array()
        .into_iter()
        .flatten()
        .flat_map(|task| task["tests"].as_array().into_iter().flatten());
    let failed: Vec<String> = failed
        .filter(|test| test["passed"] != true)
        .map(|test| format!("{}: {}", test["name"], test["message"]))
        .collect();
    let shown: String = failed
        .first()
        .cloned()
        .unwrap_or_default()
        .chars()
        .take(1200)
        .collect();
    (!is_all).then(|| {
        format!(
            "{}: should be {} {:?}, is {status} {points} of {max}, {} s, {} {}\n    {shown}",
            case.name,
            case.verdict,
            case.says,
            verdict["seconds"],
            verdict["reason"],
            verdict["flags"]
        )
    })
}

fn grade(number: &str, topic: &str) {
    let text = fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("corpus")
            .join(format!("{number}.toml")),
    )
    .expect("it is there");
    let corpus: Corpus = toml::from_str(&text).expect("it is as its README says");
    let only = std::env::var("CASE").ok();
    let is_whole = std::env::var("CORPUS").is_ok_and(|wish| wish == "whole");
    let is_tried = |case: &Case| match &only {
        Some(only) => only.split(',').any(|part| case.name.contains(part)),
        None => is_whole || case.sample,
    };
    let mut cases = corpus.case;
    cases.retain(is_tried);
    if cases.is_empty() {
        println!("{number}: none of the sample; CORPUS=whole tries them all");
        return;
    }
    let traps = Traps::set();
    let submissions = tempfile::tempdir().expect("a folder can be made");
    for case in &cases {
        let files = files(case, topic, &traps);
        corpus::hand_in::hand_in(case, &case.handed_in, topic, &files, submissions.path());
    }
    let out = tempfile::tempdir().expect("a folder can be made");
    let scratch = tempfile::tempdir().expect("a folder can be made");
    let to_go_through = fs::Permissions::from_mode(0o711);
    fs::set_permissions(scratch.path(), to_go_through).expect("it is ours");
    let begun = Instant::now();
    let output = Command::new(env!("CARGO_BIN_EXE_grade"))
        .arg(submissions.path())
        .args([
            "--exercise",
            number,
            "--format",
            "json,junit,gradescope,classroom50,github,exercism,csv,html",
            "--out",
        ])
        .arg(out.path())
        .arg("--scratch")
        .arg(scratch.path())
        .env("GRADE_SECRET", &traps.secret)
        .output()
        .expect("the grader starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{said}");
    let seconds = begun.elapsed().as_secs();
    let results = fs::read_to_string(out.path().join("results.json")).expect("it is written");
    let results: Vec<Value> = serde_json::from_str(&results).expect("it is JSON");
    assert_eq!(results.len(), cases.len());
    let verdict = |case: &Case| {
        let is_its = |verdict: &&Value| {
            verdict["submission"].as_str().is_some_and(|name| {
                name == case.name || name.starts_with(&format!("{}.", case.name))
            })
        };
        results
            .iter()
            .find(is_its)
            .unwrap_or_else(|| panic!("{} has no verdict", case.name))
    };
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|case| wrong(case, verdict(case)))
        .collect();
    let slowest = results
        .iter()
        .filter_map(|verdict| verdict["seconds"].as_f64())
        .fold(0.0, f64::max);
    eprintln!(
        "{number}: {} of {} right in {seconds} s, the slowest in {slowest} s",
        cases.len() - wrong.len(),
        cases.len()
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // Nothing has come out, in any format.
    let mut written = BTreeMap::new();
    collect(out.path(), out.path(), &mut written);
    for (file, bytes) in &written {
        assert!(
            !String::from_utf8_lossy(bytes).contains(&traps.secret),
            "{file} has the secret"
        );
    }
    assert!(
        !traps.marker().exists(),
        "something was written outside of the sandbox"
    );
    assert!(traps.listener.accept().is_err(), "somebody has connected");
    let left = left_running(scratch.path());
    assert!(left.is_empty(), "still running: {left:?}");
}

/// The programs that run and were built in a folder.
fn left_running(folder: &Path) -> Vec<PathBuf> {
    let begun = Instant::now();
    loop {
        let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
        let programs = entries.filter_map(|entry| fs::read_link(entry.path().join("exe")).ok());
        let left: Vec<PathBuf> = programs.filter(|path| path.starts_with(folder)).collect();
        if left.is_empty() || begun.elapsed() > Duration::from_secs(2) {
            return left;
        }
    }
}

#[test]
fn submissions_of_exercise_02_have_the_right_verdicts() {
    grade("02", "02-routing");
}

#[test]
fn submissions_of_exercise_05_have_the_right_verdicts() {
    grade("05", "05-mini-framework");
}

#[test]
fn submissions_of_exercise_08_have_the_right_verdicts() {
    grade("08", "08-full-stack");
}
