//! A run that is cut off goes on where it was; and the grader as Gradescope runs it.

#![cfg(target_os = "linux")]

mod submissions;

use std::collections::BTreeSet;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use serde_json::Value;
use submissions::{copy, root, submissions};
use tempfile::TempDir;

fn grade(submissions: &Path, out: &Path) -> Command {
    let mut grade = Command::new(env!("CARGO_BIN_EXE_grade"));
    grade
        .arg(submissions)
        .args(["--exercise", "02", "--format", "json,csv", "--out"])
        .arg(out)
        .stdout(Stdio::null());
    grade
}

#[test]
fn a_run_that_is_killed_goes_on_and_counts_nothing_twice() {
    let kills: u64 = std::env::var("KILLS")
        .ok()
        .and_then(|kills| kills.parse().ok())
        .unwrap_or(4);
    let submissions = submissions(6);
    let out = tempfile::tempdir().expect("a folder can be made");
    let mut moment = u64::from(std::process::id());
    for _ in 0..kills {
        let mut child = grade(submissions.path(), out.path())
            .spawn()
            .expect("it starts");
        moment = moment
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        thread::sleep(Duration::from_millis((moment >> 33) % 2_500));
        child.kill().expect("it can be killed");
        child.wait().expect("it has ended");
        // What is there is whole.
        for entry in fs::read_dir(out.path().join("verdicts"))
            .into_iter()
            .flatten()
            .flatten()
        {
            if entry.path().extension().is_some_and(|end| end == "json") {
                let text = fs::read_to_string(entry.path()).expect("it can be read");
                serde_json::from_str::<Value>(&text).expect("it is whole");
            }
        }
    }
    let status = grade(submissions.path(), out.path())
        .status()
        .expect("it starts");
    assert!(status.success());
    let text = fs::read_to_string(out.path().join("results.json")).expect("it is written");
    let results: Vec<Value> = serde_json::from_str(&text).expect("it is JSON");
    let names: BTreeSet<&str> = results
        .iter()
        .filter_map(|result| result["submission"].as_str())
        .collect();
    assert_eq!((results.len(), names.len()), (6, 6));
    for result in &results {
        let number: usize = result["submission"].as_str().expect("a name")["student-".len()..]
            .parse()
            .expect("a number");
        let should_be = if number.is_multiple_of(2) {
            0.0
        } else {
            result["max"].as_f64().expect("a number")
        };
        assert_eq!(result["points"].as_f64(), Some(should_be), "{result}");
    }
    // The same inputs again lead to the same numbers.
    let again = Command::new(env!("CARGO_BIN_EXE_grade"))
        .arg(submissions.path().join("student-1"))
        .args(["--exercise", "02", "--format", "json", "--again"])
        .arg(out.path().join("results.json"))
        .output()
        .expect("it starts");
    let again: Vec<Value> = serde_json::from_slice(&again.stdout).expect("it is JSON");
    let before = results
        .iter()
        .find(|result| result["submission"] == "student-1")
        .expect("it is there");
    assert_eq!(again[0]["seed"], before["seed"]);
    assert!(again[0]["seed"].is_number());
}

/// Packs the grader for a system and unpacks it, into `source/`.
fn unpacked(system: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder can be made");
    fs::set_permissions(folder.path(), Permissions::from_mode(0o711)).expect("it is ours");
    let zip = folder.path().join("autograder.zip");
    let status = Command::new(env!("CARGO_BIN_EXE_grade"))
        .args(["package", system, "--exercise", "02", "--output"])
        .arg(&zip)
        .status()
        .expect("it starts");
    assert!(status.success());
    let file = fs::File::open(&zip).expect("it is written");
    let mut archive = zip::ZipArchive::new(file).expect("it is a zip file");
    let source = folder.path().join("source");
    archive.extract(&source).expect("it can be unpacked");
    let holds = |part: &str| source.join("course").join(part).exists();
    assert!(holds("exercises/02-routing/exercise.toml") && holds("tools/grade/src/main.rs"));
    assert!(!holds("solutions"), "no solution is given away");
    copy(
        &root().join("solutions/02-routing/src"),
        &folder.path().join("submission/src"),
    );
    folder
}

/// Writes a program of a line or two.
fn script(file: &Path, text: &str) {
    fs::create_dir_all(file.parent().expect("it has a folder")).expect("a folder can be made");
    fs::write(file, text).expect("it can be written");
    fs::set_permissions(file, Permissions::from_mode(0o755)).expect("it is ours");
}

#[test]
fn classroom_50_has_its_result() {
    if Command::new("python3").arg("--version").output().is_err() {
        assert!(std::env::var_os("CI").is_none(), "python3 is missing");
        println!("skipped: Classroom 50 (python3 is missing)");
        return;
    }
    let folder = unpacked("classroom50");
    let (source, submission) = (
        folder.path().join("source"),
        folder.path().join("submission"),
    );
    // What cargo builds there, we have already.
    let path = std::env::var("PATH").expect("there is one");
    script(&folder.path().join("bin/cargo"), "#!/bin/sh\n");
    let ours = env!("CARGO_BIN_EXE_grade");
    let grader = format!("#!/bin/sh\nPATH='{path}' exec {ours} \"$@\"\n");
    script(&source.join("course/target/debug/grade"), &grader);
    let output = Command::new("python3")
        .arg(source.join("autograder.py"))
        .env(
            "PATH",
            format!("{}:{path}", folder.path().join("bin").display()),
        )
        .env("OWNER", "ada")
        .env("SUBMISSION_TAG", "submit/2026-11-30T13-54-11Z-a1b2c3d")
        .current_dir(&submission)
        .output()
        .expect("it starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    let result = fs::read_to_string(submission.join("result.json")).expect("it is written");
    let result: Value = serde_json::from_str(&result).expect("it is JSON");
    assert_eq!(result["owner"], "ada");
    assert_eq!(result["score"], result["max-score"], "{result}");
}

#[test]
fn gradescope_has_its_result_whatever_happens() {
    let folder = unpacked("gradescope");
    let source = folder.path().join("source");
    assert!(source.join("setup.sh").is_file());
    let setup = fs::read_to_string(source.join("setup.sh")).expect("it is there");
    assert!(setup.contains("--default-toolchain 1."), "{setup}");
    // What setup.sh builds there, we have already.
    let built = source.join("course/target/debug/grade");
    let run = |grader: &str| -> Value {
        script(&built, grader);
        let script = source.join("run_autograder");
        let run = Command::new("bash")
            .arg(script)
            .env("AUTOGRADER", folder.path())
            .output();
        run.expect("it runs");
        let results = fs::read_to_string(folder.path().join("results/results.json"));
        serde_json::from_str(&results.expect("it is written")).expect("it is JSON")
    };
    let ours = format!("#!/bin/sh\nexec {} \"$@\"\n", env!("CARGO_BIN_EXE_grade"));
    let result = run(&ours);
    assert_eq!(
        result["score"].as_f64(),
        result["extra_data"]["max"].as_f64(),
        "{result}"
    );
    let tests = result["tests"].as_array().expect("a list");
    let sum: f64 = tests.iter().filter_map(|test| test["score"].as_f64()).sum();
    assert!(
        (sum - result["score"].as_f64().expect("a number")).abs() < 0.01,
        "{result}"
    );
    let result = run("#!/bin/sh\nkill -9 $$\n");
    assert_eq!(result["score"], 0);
    assert!(
        result["output"]
            .as_str()
            .is_some_and(|said| said.contains("broke off"))
    );
}
