//! What the files for a code host promise, and no linter of theirs knows: which Rust, which steps, whose address.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

fn read(file: &str) -> String {
    let path = house::root().join(file);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn workflows() -> Vec<PathBuf> {
    house::files::of_kind(&house::root().join(".github/workflows"), "yml")
}

/// The oldest Rust that is promised, as the workspace states it.
fn oldest_rust() -> String {
    let manifest = read("Cargo.toml");
    let mut lines = manifest.lines();
    let stated = lines.find_map(|line| line.strip_prefix("rust-version = "));
    stated.expect("it is stated").trim_matches('"').to_string()
}

#[test]
fn every_page_names_the_oldest_rust_that_the_manifests_state() {
    let oldest = oldest_rust();
    for (file, words) in [
        (
            "README.md",
            format!("Rust](https://www.rust-lang.org/tools/install), {oldest} or newer"),
        ),
        ("notes/how-to-use.md", format!("Rust {oldest} or newer")),
        ("slides/first.md", format!("Rust {oldest} or newer")),
        ("slides/first.md", format!("requires rustc {oldest}")),
        (
            "notes/for-instructors.md",
            format!("requires rustc {oldest}"),
        ),
    ] {
        assert!(read(file).contains(&words), "{file} does not say: {words}");
    }
}

/// Where all of `.ci/run` runs, it runs on the oldest Rust: what a newer one brought would not compile there.
#[test]
fn the_images_of_the_workflows_hold_the_oldest_rust() {
    let mut images = 0;
    for file in workflows() {
        let text = fs::read_to_string(&file).expect("a workflow is text");
        for image in text
            .lines()
            .filter_map(|line| line.trim().strip_prefix("container: "))
        {
            let wanted = format!("rust:{}-bookworm@sha256:", oldest_rust());
            assert!(image.starts_with(&wanted), "{}: {image}", file.display());
            images += 1;
        }
    }
    assert!(images >= 2, "{images} images");
}

/// No crate asks for a newer Rust than is promised.
#[test]
fn no_crate_needs_a_newer_rust() {
    let output = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--all-features",
            "--locked",
            "--format-version",
            "1",
        ])
        .current_dir(house::root())
        .output()
        .expect("cargo metadata runs");
    let metadata: serde_json::Value =
        serde_json::from_slice(&output.stdout).expect("cargo writes JSON");
    let number = |version: &str| -> Vec<u32> {
        version
            .split('.')
            .map(|part| part.parse().expect("a number"))
            .collect()
    };
    let oldest = number(&oldest_rust());
    let packages = metadata["packages"].as_array().expect("there are packages");
    assert!(packages.len() > 300, "{} packages", packages.len());
    for package in packages {
        if let Some(version) = package["rust_version"].as_str() {
            assert!(
                number(version)[..2] <= oldest[..],
                "{} {} needs Rust {version}",
                package["name"],
                package["version"]
            );
        }
    }
}

#[test]
fn each_step_of_ci_runs_in_one_job_of_the_workflow() {
    let script = read(".ci/run");
    let (_, steps) = script.split_once("STEPS=\"\n").expect("there are steps");
    let (steps, _) = steps.split_once("\n\"").expect("they end");
    let steps: BTreeSet<&str> = steps
        .lines()
        .filter_map(|line| line.split(' ').next())
        .collect();
    let workflow = read(".github/workflows/test.yml");
    let jobs: Vec<&str> = workflow
        .lines()
        .filter_map(|line| line.trim().strip_prefix("steps: "))
        .collect();
    assert_eq!(jobs.len(), 4, "{jobs:?}");
    let run: Vec<&str> = jobs.iter().flat_map(|job| job.split(' ')).collect();
    let once: BTreeSet<&str> = run.iter().copied().collect();
    assert_eq!(once, steps);
    assert_eq!(once.len(), run.len(), "a step runs twice: {run:?}");
}

/// A copy that was made with "Use this template", or a fork, is a repository like this one: nothing says where the
/// first one is.
#[test]
fn no_workflow_knows_the_repositorys_own_address() {
    let folders = [".github", ".devcontainer"].map(|folder| house::root().join(folder));
    let files = folders
        .iter()
        .flat_map(|folder| house::files::below(folder));
    let mut files: Vec<PathBuf> = files.collect();
    files.extend(
        ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "Cargo.toml"]
            .map(|file| house::root().join(file)),
    );
    assert!(files.len() > 10, "{files:?}");
    for file in files {
        let text = fs::read_to_string(&file).expect("text");
        for address in ["github.com/", "github.io", "githubusercontent.com"] {
            assert!(
                !text.contains(address),
                "{} names {address}",
                file.display()
            );
        }
    }
}

#[test]
fn the_changelog_has_each_version_once_and_says_something_of_it() {
    let changelog = read("CHANGELOG.md");
    let mut versions = BTreeSet::new();
    for section in changelog.split("\n## ").skip(1) {
        let (version, text) = section.split_once('\n').expect("a heading has a text");
        let numbers = version.strip_prefix('v').unwrap_or_default().split('.');
        assert!(
            numbers.clone().count() == 2 && numbers.clone().all(|part| part.parse::<u32>().is_ok()),
            "{version:?} is not of the form v1.0"
        );
        assert!(!text.trim().is_empty(), "{version} has nothing new");
        assert!(versions.insert(version), "{version} is there twice");
    }
    assert!(!versions.is_empty(), "there are versions");
}

/// The page is for a teacher's eyes too: what a student's server said stays in its block.
#[test]
fn a_verdict_on_a_page_is_escaped() {
    if !chromium::is_there("jq", "jq", "the verdict of a class's run") {
        return;
    }
    let hostile = "</pre></details>\n\n# Passed\n```\n<img src=x>";
    let verdict = serde_json::json!({ "exercise": "00-a", "compiles": true, "tasks": [{
        "title": "a | b", "passed": false, "points": 2,
        "tests": [
            { "passed": true, "said": null },
            { "passed": false, "said": {
                "asked": "GET /", "came": hostile, "expected": hostile, "line": hostile, "page": "notes/00-a.md",
            } },
        ],
    }] });
    let mut jq = Command::new("jq")
        .args(["--raw-output", "--from-file", ".ci/verdict.jq"])
        .current_dir(house::root())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("jq starts");
    let mut stdin = jq.stdin.take().expect("it is piped");
    write!(stdin, "{verdict}").expect("jq reads");
    drop(stdin);
    let page = jq.wait_with_output().expect("jq ends").stdout;
    let page = String::from_utf8(page).expect("text");
    assert!(
        page.contains("| a &#124; b | not yet | 0 of 2 |\n"),
        "{page}"
    );
    assert!(page.contains("came\n<pre>&lt;/pre&gt;"), "{page}");
    assert_eq!(page.matches("</pre>").count(), 3, "{page}");
    assert_eq!(page.matches("</details>").count(), 1, "{page}");
    assert!(!page.contains("<img"), "{page}");
}

/// A clone on Windows or macOS would fail, or lack a file.
#[test]
fn every_file_has_a_name_that_each_system_can_have() {
    let root = house::root();
    let output = Command::new("git")
        .args(["ls-files", "-z"])
        .current_dir(&root)
        .output()
        .expect("git runs");
    let files = String::from_utf8(output.stdout).expect("names are UTF-8");
    let mut seen = BTreeSet::new();
    for file in files.split_terminator('\0') {
        assert!(
            !file.contains([':', '*', '?', '"', '<', '>', '|', '\\']),
            "{file}"
        );
        for name in file.split('/') {
            let stem = name.split('.').next().unwrap_or_default().to_lowercase();
            let is_device = ["con", "prn", "aux", "nul"].contains(&stem.as_str())
                || (stem.len() == 4 && (stem.starts_with("com") || stem.starts_with("lpt")));
            assert!(!is_device && !name.ends_with(['.', ' ']), "{file}");
        }
        assert!(
            seen.insert(file.to_lowercase()),
            "{file} is there twice, but for case"
        );
        // Below a home folder, with its target's files beside it, a path has 260 letters at most.
        assert!(file.len() < 120, "{file} is too long");
    }
    assert!(seen.len() > 500, "{} files", seen.len());
}
