//! A student at the desk, from the starter to the last task, with the keyboard and an editor. In a copy of the
//! course, which nobody else works in.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use chromium::key::{CONTROL, DOWN, ENTER};
use serde_json::Value;

use super::{Book, in_browser_at};

const FILE: &str = "exercises/00-http-by-hand/src/main.rs";
const PAGE: &str = "exercises/00-http-by-hand.html";

#[test]
fn a_student_gets_from_the_starter_to_the_last_task_at_the_desk() {
    in_browser_at(course, async |book, root| {
        let starter = read(root, FILE);

        // The first page says where to go on.
        book.open("").await;
        book.until(
            "document.querySelector('.door a')?.textContent.startsWith('Your next task: 00')",
        )
        .await;
        book.tab_to(".door a").await;
        book.press(&[ENTER]).await;
        book.arrives_at(PAGE).await;

        // Nobody has asked for it: who reads the page is told.
        book.press(&[DOWN]).await;
        book.until("document.querySelector('.desk-failure[open]')")
            .await;
        assert_eq!(states(book).await, ["failed", "failed", "failed"]);
        let line = book.text(".desk-failure[open] summary").await;
        assert!(
            line.starts_with("Content-Length counts bytes: it announces "),
            "{line}"
        );
        let marked = book.list("return [...document.querySelectorAll('.desk-failure[open] mark')].map((m) => m.textContent)");
        let marked = marked.await;
        assert!(
            marked.len() == 1 && marked[0].starts_with("Content-Length: "),
            "{marked:?}"
        );
        barriers(book, "what fails").await;
        picture(book).await;

        // One hint, then another, and no more than that is on the page.
        assert_eq!(hints(book).await, 0);
        for number in 1..=2 {
            book.press(&['h']).await;
            book.until(&format!(
                "document.querySelectorAll('.desk-hints li').length === {number}"
            ))
            .await;
        }
        assert_eq!(progress(root)["tasks"]["00.bytes"]["hints"], 2);

        // The request of the judge goes to the student's own server.
        book.tab_to(".desk-take").await;
        book.press(&[ENTER]).await;
        book.until("document.activeElement.matches('.desk textarea')")
            .await;
        let short = announced(book).await;

        // The first task, and the console has the new server.
        save(root, &starter.replace("text.chars().count()", "text.len()"));
        book.until("document.querySelector('.desk-tasks > .is-passed')")
            .await;
        assert_eq!(states(book).await, ["passed", "failed", "failed"]);
        let line = book.text(".desk-failure[open] summary").await;
        assert_eq!(line, "The answer to HEAD has no body.");
        book.value("document.querySelector('.desk textarea').focus()")
            .await;
        assert!(announced(book).await > short);

        // What does not compile says so, and its first error first.
        save(
            root,
            &starter.replace("text.chars().count()", "text.length()"),
        );
        book.until(
            "document.querySelector('#desk-compiler')?.textContent.startsWith('error[E0599]')",
        )
        .await;
        let state = book.text(".desk-state").await;
        assert_eq!(state, "It does not compile yet.");
        barriers(book, "a compiler's words").await;

        // What somebody does in a terminal is at the desk at once.
        let mut hint = cargo(root);
        hint.args([
            "run",
            "--quiet",
            "--package",
            "course",
            "--",
            "hint",
            "00.head",
            "--repository",
        ]);
        let hint = hint.arg(root).output();
        assert!(hint.expect("cargo runs").status.success());
        book.until("document.querySelector('#desk-hint-head').textContent === 'Hint 2 of 3'")
            .await;

        save(root, &read(root, "solutions/00-http-by-hand/src/main.rs"));
        book.until("document.querySelectorAll('.desk-tasks > .is-passed').length === 3")
            .await;
        let state = book.text(".desk-state").await;
        assert_eq!(state, "Passed: all tasks of this exercise.");
        barriers(book, "all tasks done").await;
        for task in ["00.bytes", "00.head", "00.keep-alive"] {
            assert_eq!(progress(root)["tasks"][task]["passed"], true, "{task}");
        }
        book.tab_to("#desk-why").await;
        book.press(&[ENTER]).await;
        book.arrives_at("solutions/00-http-by-hand/WHY.html").await;
        barriers(book, "why").await;
    });
}

/// The picture of the desk in the README. It is kept when answers are recorded, and not else: inputs and dates in
/// it are others each time.
async fn picture(book: &Book<'_>) {
    book.wears("light").await;
    book.value("for (const moving of document.getAnimations()) moving.finish(); scrollTo(0, 0); document.querySelector('.desk-failure[open]').scrollIntoView({ block: 'nearest' })")
        .await;
    let picture = book.client.screenshot().await.expect("a picture");
    assert!(picture.starts_with(b"\x89PNG"), "it is a PNG");
    if std::env::var("INSTA_UPDATE").is_ok_and(|how| how == "always") {
        let file = house::root().join("notes/pictures/readme-desk.png");
        fs::write(file, picture).expect("the picture can be written");
    }
}

/// Sends what is in the console by the keyboard, and tells which length the answer announces.
async fn announced(book: &Book<'_>) -> u64 {
    book.press_together(&[CONTROL, ENTER]).await;
    book.until("/the server has closed|the answer is whole/.test(document.querySelector('.desk .live-state').textContent)")
        .await;
    let length = "return Number(/Content-Length: (\\d+)/.exec(document.querySelector('.desk .live-answer').textContent)[1])";
    book.number(length).await
}

async fn states(book: &Book<'_>) -> Vec<String> {
    let states = "return [...document.querySelectorAll('.desk-tasks > li')].map((task) => task.className.slice(3))";
    book.list(states).await
}

async fn hints(book: &Book<'_>) -> u64 {
    book.number("return document.querySelectorAll('.desk-hints li').length")
        .await
}

async fn barriers(book: &Book<'_>, what: &str) {
    if let Some(axe) = chromium::axe::script("the rules of WCAG, tried on the desk") {
        book.value(&axe).await;
        for theme in ["light", "navy"] {
            book.wears(theme).await;
            let barriers = book.list("return barriers()").await;
            assert!(barriers.is_empty(), "{what}, {theme}: {barriers:#?}");
        }
    }
}

fn read(root: &Path, file: &str) -> String {
    fs::read_to_string(root.join(file)).expect("the file is there")
}

fn save(root: &Path, text: &str) {
    fs::write(root.join(FILE), text).expect("the file is saved");
}

fn progress(root: &Path) -> Value {
    serde_json::from_str(&read(root, ".course/progress.json")).expect("JSON")
}

fn cargo(root: &Path) -> Command {
    house::build::cargo(root)
}

/// The course with one exercise, as a student has it who has begun nothing: what judges is built, so that no
/// step waits for that.
fn course() -> PathBuf {
    let own = Path::new(env!("CARGO_TARGET_TMPDIR")).join("a-students-course");
    fs::create_dir_all(&own).expect("a folder can be made");
    for entry in fs::read_dir(&own).expect("it is there").flatten() {
        match entry.path() {
            // What was built in an earlier run serves again.
            path if entry.file_name() == "target" => drop(path),
            path if path.is_dir() => fs::remove_dir_all(path).expect("it can be removed"),
            path => fs::remove_file(path).expect("it can be removed"),
        }
    }
    let root = house::root();
    let exercise = Path::new(FILE).ancestors().nth(2).expect("the exercise");
    let solution = Path::new("solutions").join(exercise.file_name().expect("a topic"));
    let note = Path::new("notes/00-http-by-hand.md");
    let [tools, lock, readme] = ["tools", "Cargo.lock", "README.md"].map(Path::new);
    for part in [tools, lock, readme, note, exercise, &solution] {
        for file in house::files::below(&root.join(part)) {
            let inside = file.strip_prefix(&root).expect("it is below the root");
            let bytes = fs::read(&file).expect("it can be read");
            house::files::write(&own.join(inside), &bytes).expect("it can be copied");
        }
    }
    let manifest = read(&root, "Cargo.toml");
    let lines = manifest
        .lines()
        .filter(|line| !line.starts_with("default-members"));
    let lines: Vec<String> = lines
        .map(|line| match line.starts_with("members = ") {
            true => "members = [\"exercises/*\", \"tools/course\"]".to_owned(),
            false => line.to_owned(),
        })
        .collect();
    fs::write(own.join("Cargo.toml"), lines.join("\n")).expect("a file can be written");
    // The student's own work in this repository is none of this test's business.
    let started = read(&own, FILE);
    assert!(
        started.contains("text.chars().count()"),
        "exercise 00 is not as it was at the beginning"
    );
    for arguments in [
        ["build", "--package=course", "--bin=course"],
        ["build", "--package=exercise-00", "--bin=exercise-00"],
        ["test", "--package=exercise-00", "--no-run"],
    ] {
        let built = cargo(&own).arg("--quiet").args(arguments).status();
        assert!(built.expect("cargo runs").success(), "{arguments:?}");
    }
    own
}
