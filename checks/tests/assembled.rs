//! Where the table of sizes in CONTRIBUTING.md asks for 95 of 100 lines, the note of a lesson holds all of it: the
//! lesson is put together from the blocks of its note and their captions alone, compiled, and asked what the
//! lesson is asked.

use std::collections::BTreeMap;
use std::env;
use std::fs::{self, File as FileOnDisk};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use checks::assembled;
use house::build::{self, Built, ServerName};
use house::files::{self, inside};
use house::lessons::{Lesson, number_of};
use libtest_mimic::{Arguments, Failed, Trial};
use press::{place, repository::Repository, sizes};
use recordings::conversation;
use recordings::requests::File;
use wire::server::Server;

/// What has become of a lesson that was put together: the program, or what is wrong.
type Outcome = Result<PathBuf, String>;

fn main() {
    let arguments = Arguments::from_args();
    let whole = course().and_then(|course| sizes::shown_whole(&course));
    let whole = whole.unwrap_or_else(|problem| panic!("{problem}"));
    let mut lessons = house::lessons();
    lessons.retain(|lesson| whole.iter().any(|number| number == lesson.number()));
    // Under cargo-nextest each test is a process of its own; the first builds for all of them.
    let filter = arguments.filter.as_deref();
    let filter = filter.filter(|_| env::var_os("NEXTEST_RUN_ID").is_none());
    let asked_for = |topic: &str| match filter {
        Some(filter) => filter.contains(number_of(topic)) || topic.contains(filter),
        None => true,
    };
    let wanted: Vec<String> = lessons
        .iter()
        .map(|lesson| lesson.topic.clone())
        .filter(|topic| asked_for(topic))
        .collect();
    let _ = WANTED.set(wanted);
    let mut trials = Vec::new();
    for Lesson { topic, folder } in &lessons {
        trials.extend(trials_of(topic, folder));
    }
    libtest_mimic::run(&arguments, trials).exit();
}

fn trials_of(topic: &str, folder: &Path) -> Vec<Trial> {
    let (name, lesson) = (topic.to_string(), folder.to_path_buf());
    let mut trials = vec![Trial::test(format!("{topic}/every_line"), move || {
        every_line(&name, &lesson).map_err(Failed::from)
    })];
    let own = format!("lesson-{}", number_of(topic));
    let requests = house::root().join("tests/requests");
    for path in house::files::of_kind(&requests.join(topic), "http") {
        let name = house::files::test_name(&requests, &path);
        let file = match File::read(&path) {
            Ok(file) => file,
            Err(problem) => {
                trials.push(Trial::test(name, || Err(Failed::from(problem))));
                continue;
            }
        };
        let is_own = |server: &ServerName| server.package == own && server.example.is_none();
        if file.servers.iter().any(is_own) {
            let (topic, title) = (topic.to_string(), name.clone());
            trials.push(Trial::test(name, move || {
                answers_as_recorded(&topic, &title, &file).map_err(Failed::from)
            }));
        }
    }
    trials
}

/// The files that come out are those of the lesson, but for empty lines and comments of anchors.
fn every_line(topic: &str, lesson: &Path) -> Result<(), String> {
    let files = assembled_files(topic)?;
    let repository = course()?;
    let folder = format!("lessons/{topic}");
    for (path, _) in sizes::files_to_show(&repository, &folder)? {
        let name = path.trim_start_matches(&format!("{folder}/")).to_string();
        if name == "Cargo.toml" {
            continue;
        }
        let text = files
            .get(&name)
            .ok_or_else(|| format!("no block shows {name}\n{}", hidden(topic)))?;
        let lines = |text: &str| -> Vec<String> {
            let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
            lines.map(str::to_string).collect()
        };
        let found = lines(text);
        let wanted = place::lines_that_say(&repository, &path)?;
        let wanted: Vec<&str> = wanted.iter().map(|(_, line)| line.trim()).collect();
        let differs = (0..found.len().max(wanted.len()))
            .find(|&number| found.get(number).map(String::as_str) != wanted.get(number).copied());
        if let Some(number) = differs {
            let line = |line: Option<&str>| line.unwrap_or("its end").to_string();
            return Err(format!(
                "{}: the lesson has the line `{}`, and its note comes to `{}` there\n{}",
                lesson.join(&name).display(),
                line(wanted.get(number).copied()),
                line(found.get(number).map(String::as_str)),
                hidden(topic)
            ));
        }
    }
    Ok(())
}

fn answers_as_recorded(topic: &str, name: &str, file: &File) -> Result<(), String> {
    let program = program(topic)?;
    let server = Server::start_at(&program, &file.env, &file.run)?;
    let shown = conversation::play_against(server, file)?;
    let snapshot = house::root()
        .join("tests/snapshots")
        .join(format!("{name}.snap"));
    let recorded = fs::read_to_string(&snapshot)
        .map_err(|error| format!("{}: {error}", snapshot.display()))?
        .replace("\r\n", "\n");
    let body = recorded.splitn(3, "---\n").nth(2).unwrap_or_default();
    if shown.trim_end() == body.trim_end() {
        return Ok(());
    }
    Err(format!(
        "the program of the note answers otherwise than the lesson.\nIt was recorded:\n{body}\nIt is now:\n{shown}"
    ))
}

fn course() -> Result<Repository, String> {
    Repository::open(&house::root()).map_err(|error| error.to_string())
}

fn assembled_files(topic: &str) -> Result<assembled::Files, String> {
    let note = course()?.read(&format!("notes/{topic}.md"))?;
    let files = assembled::files(&note);
    files.map_err(|problem| format!("notes/{topic}.md, {problem}\n{}", hidden(topic)))
}

/// The lines of the lesson that no block shows.
fn hidden(topic: &str) -> String {
    let lines = course().and_then(|course| sizes::hidden(&course, number_of(topic)));
    match lines {
        Ok(lines) if lines.is_empty() => {
            "Each line of the lesson is in a block of its note.".to_string()
        }
        Ok(lines) => {
            let lines = lines.iter().map(|line| format!("\n{line}"));
            format!("No block of the note shows:{}", lines.collect::<String>())
        }
        Err(problem) => problem,
    }
}

/// The lessons that this run is about.
static WANTED: OnceLock<Vec<String>> = OnceLock::new();

/// The program that the note of a lesson comes to.
fn program(topic: &str) -> Outcome {
    static PROGRAMS: OnceLock<BTreeMap<String, Outcome>> = OnceLock::new();
    let programs = PROGRAMS.get_or_init(|| build_all(WANTED.get().map_or(&[], Vec::as_slice)));
    let program = programs.get(topic).cloned();
    program.unwrap_or_else(|| Err(format!("{topic} was not put together in this run")))
}

/// Puts the lessons together in a workspace of their own, and builds them at once, so that they share what
/// they depend on.
fn build_all(topics: &[String]) -> BTreeMap<String, Outcome> {
    let workspace = build::target_folder().join("assembled");
    fs::create_dir_all(&workspace).expect("a folder can be made");
    let lock = FileOnDisk::create(workspace.join("lock")).expect("a file can be made");
    lock.lock().expect("a file can be locked");
    let Ok(run) = env::var("NEXTEST_RUN_ID") else {
        return build_in(&workspace, topics);
    };
    let kept = workspace.join("outcomes.json");
    let text = fs::read_to_string(&kept).ok();
    let read: Option<(String, BTreeMap<String, Outcome>)> =
        text.and_then(|text| serde_json::from_str(&text).ok());
    match read {
        Some((of, outcomes)) if of == run => outcomes,
        _ => {
            let outcomes = build_in(&workspace, topics);
            let text = serde_json::to_string(&(run, &outcomes)).expect("outcomes are texts");
            fs::write(&kept, text).expect("a file can be written");
            outcomes
        }
    }
}

fn build_in(workspace: &Path, topics: &[String]) -> BTreeMap<String, Outcome> {
    let mut outcomes = BTreeMap::new();
    let mut members = Vec::new();
    for topic in topics {
        match assembled_files(topic) {
            Ok(files) => {
                write(&workspace.join(topic), number_of(topic), &files);
                members.push(topic.as_str());
            }
            Err(problem) => {
                outcomes.insert(topic.clone(), Err(problem));
            }
        }
    }
    let built = cargo_build(workspace, &members);
    for topic in members {
        let package = format!("lesson-{}", number_of(topic));
        let program = built.artifacts.program(&package, &package);
        let outcome = program.map(Path::to_path_buf).ok_or_else(|| {
            format!(
                "what the note of {topic} comes to does not compile: see the compiler's words above\n{}",
                hidden(topic)
            )
        });
        outcomes.insert(topic.to_string(), outcome);
    }
    outcomes
}

/// What cargo has built. It takes nothing from the network: the versions are those of the course.
fn cargo_build(workspace: &Path, members: &[&str]) -> Built {
    let names: Vec<String> = members.iter().map(|member| format!("{member:?}")).collect();
    write_if_other(
        &workspace.join("Cargo.toml"),
        &format!(
            "[workspace]\nresolver = \"3\"\nmembers = [{}]\n\n[profile.dev]\ndebug = false\n",
            names.join(", ")
        ),
    );
    // Cargo takes out of the copy what these lessons do not need; another run may need it.
    let (lock, copy) = (
        house::root().join("Cargo.lock"),
        workspace.join("Cargo.lock"),
    );
    fs::copy(lock, copy).expect("the lock file can be copied");
    let mut cargo = build::cargo(workspace);
    cargo
        .args([
            "build",
            "--workspace",
            "--bins",
            "--keep-going",
            "--offline",
        ])
        .arg("--target-dir")
        .arg(workspace.join("target"));
    build::run(&mut cargo).expect("cargo can be run")
}

/// Writes what is other than before, so that cargo builds no more than it must.
fn write(folder: &Path, number: &str, files: &assembled::Files) {
    let source = folder.join("src");
    for old in house::files::of_kind(&source, "rs") {
        let name = inside(folder, &old);
        if name.is_some_and(|name| !files.contains_key(&name)) {
            fs::remove_file(&old).expect("an old file can be removed");
        }
    }
    write_if_other(
        &folder.join("Cargo.toml"),
        &assembled::manifest(number, files),
    );
    for (name, text) in files.iter().filter(|(name, _)| *name != "Cargo.toml") {
        write_if_other(&folder.join(name), text);
    }
}

fn write_if_other(file: &Path, text: &str) {
    files::write_if_other(file, text.as_bytes()).expect("a file can be written");
}
