//! Every page that a lesson serves, error pages too, is a whole and valid HTML document: the recorded
//! answers are given to the Nu HTML checker (of npm, run by Java).
//!
//! Where it is not installed, the test says `skipped:` and passes, except in CI.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// Their greeting and their refusals are one heading and no title, as in the Python programs that they
/// follow: the text of these pages is compared with theirs, and a title is text.
const UNTITLED: [&str; 4] = [
    "02-routing",
    "04-framework",
    "05-mini-framework",
    "07-middleware",
];

/// What stands for the top of a page in recordings that leave it out. Others of the lesson show it.
const TOP: &str = "<!doctype html>\n<html lang=\"en\"><title>-</title>\n<body><main>";

const CHECKER: &str = "tests/npm/node_modules/vnu-jar/build/dist/vnu.jar";

/// The pages of a recording: the body of each answer that is HTML, whole and in the clear.
fn pages(recording: &str) -> Vec<String> {
    let mut pages = Vec::new();
    for answer in recording.split("\nHTTP/1.").skip(1) {
        let (head, body) = answer.split_once("\n\n").unwrap_or((answer, ""));
        let head = head.to_ascii_lowercase();
        let is_page = head.contains("\ncontent-type: text/html")
            && !head.contains("\ncontent-encoding:")
            && !head.contains("\ntransfer-encoding:")
            && !head.contains(" 206 ");
        // What follows the body is the next request's title, or what the connection did.
        let body: Vec<&str> = body
            .lines()
            .take_while(|line| !line.starts_with("### ") && !line.starts_with("# "))
            .collect();
        // What stands for an attribute that varies is no attribute.
        let body = body.join("\n").replace(" [key]", "").replace("[top]", TOP);
        if is_page && !body.trim().is_empty() {
            pages.push(body);
        }
    }
    pages
}

#[test]
fn every_page_is_valid_html() {
    let checker = house::root().join(CHECKER);
    let java = Command::new("java").arg("-version").output();
    if !checker.is_file() || java.is_err() {
        let missing = "the Nu HTML checker is not installed (`.ci/run install`)";
        return house::skip("valid pages", missing);
    }
    let folder = house::root().join("target/pages");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder below target can be made");
    let recordings = house::root().join("tests/snapshots");
    let mut count = 0;
    for recording in house::files::of_kind(&recordings, "snap") {
        let name = house::files::test_name(&recordings, &recording).replace('/', "_");
        let text = fs::read_to_string(&recording).expect("a recording is text");
        for (number, page) in pages(&text).iter().enumerate() {
            let file = folder.join(format!("{name}_{}.html", number + 1));
            fs::write(file, page).expect("a page can be written");
            count += 1;
        }
    }
    assert!(
        count > 50,
        "only {count} pages were found in the recordings"
    );
    let problems = problems_of(&checker, &folder);
    let is_listed = |line: &str| {
        let no_title = line.contains("missing a required instance of child element “title”");
        no_title && UNTITLED.iter().any(|lesson| line.starts_with(lesson))
    };
    let new: Vec<&str> = problems.lines().filter(|line| !is_listed(line)).collect();
    assert!(new.is_empty(), "{}", new.join("\n"));
}

/// What the checker calls an error, a line each. Its remarks are no errors.
fn problems_of(checker: &Path, folder: &Path) -> String {
    let output = Command::new("java")
        .arg("-jar")
        .arg(checker)
        .args(["--format", "json", "--exit-zero-always", "--errors-only"])
        .arg(folder)
        .output()
        .expect("java runs");
    let said: Value = serde_json::from_slice(&output.stderr).unwrap_or_else(|_| {
        panic!(
            "the checker said: {}",
            String::from_utf8_lossy(&output.stderr)
        )
    });
    let mut problems = String::new();
    for message in said["messages"].as_array().into_iter().flatten() {
        let page = message["url"].as_str().unwrap_or_default();
        let page = page.rsplit('/').next().unwrap_or_default();
        let extract = message["extract"].as_str().unwrap_or_default();
        let _ = writeln!(
            problems,
            "{page}:{}: {} ({})",
            message["lastLine"],
            message["message"].as_str().unwrap_or_default(),
            extract.replace('\n', " ")
        );
    }
    problems
}

#[test]
fn a_page_without_a_title_would_be_found() {
    let recording = "---\n---\n### A page.\nHTTP/1.1 200 OK\nContent-Type: text/html\n\n<!doctype html>\n<p>Hi\n# The server closed the connection.\n### Next.\nHTTP/1.1 404 Not Found\ncontent-type: text/plain\n\nno\n";
    assert_eq!(pages(recording), ["<!doctype html>\n<p>Hi"]);
    let checker = house::root().join(CHECKER);
    if !checker.is_file() || Command::new("java").arg("-version").output().is_err() {
        return; // said above
    }
    let folder = house::root().join("target/pages-wrong");
    fs::create_dir_all(&folder).expect("a folder below target can be made");
    fs::write(folder.join("wrong.html"), &pages(recording)[0]).expect("a page can be written");
    assert!(problems_of(&checker, &folder).contains("title"));
}
