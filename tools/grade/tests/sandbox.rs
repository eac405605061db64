//! Without a sandbox nothing is graded, unless somebody insists; and then the report says so.

#![cfg(target_os = "linux")]

mod submissions;

use std::path::Path;
use std::process::{Command, Output};
use std::thread;

use seccompiler::{BpfProgram, SeccompAction, SeccompFilter};
use serde_json::Value;
use submissions::submissions;

/// Grades on a system that has no Landlock: the call that asks for it is not known there.
fn without_landlock(submissions: &Path, more: &[&str]) -> Output {
    let calls = [(libc::SYS_landlock_create_ruleset, Vec::new())];
    let filter: BpfProgram = SeccompFilter::new(
        calls.into_iter().collect(),
        SeccompAction::Allow,
        SeccompAction::Errno(libc::ENOSYS as u32),
        std::env::consts::ARCH.try_into().expect("it is known"),
    )
    .and_then(TryInto::try_into)
    .expect("it is a filter");
    let mut grade = Command::new(env!("CARGO_BIN_EXE_grade"));
    grade
        .arg(submissions)
        .args(["--exercise", "02", "--format", "json"])
        .args(more);
    // A filter is its thread's, and goes to what that thread starts.
    let started = thread::spawn(move || {
        seccompiler::apply_filter(&filter).expect("it can be applied");
        grade.output().expect("it starts")
    });
    started.join().expect("it does not panic")
}

#[test]
fn without_a_sandbox_nothing_is_graded() {
    let submissions = submissions(1);
    let output = without_landlock(submissions.path(), &[]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(
        said.contains("no sandbox") && said.contains("Landlock"),
        "{said}"
    );
    assert!(output.stdout.is_empty());
}

#[test]
fn who_insists_is_told_and_the_report_is_marked() {
    let submissions = submissions(2);
    let output = without_landlock(submissions.path(), &["--unsafe-no-sandbox"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && said.contains("every file that you can"),
        "{said}"
    );
    let results: Vec<Value> = serde_json::from_slice(&output.stdout).expect("it is JSON");
    assert_eq!(results[0]["points"], 0.0);
    assert_eq!(results[1]["points"], results[1]["max"], "{}", results[1]);
    for result in results {
        assert!(result["flags"].to_string().contains("without a sandbox"));
        assert!(result["layers"].to_string().contains("NO SANDBOX"));
    }
}
