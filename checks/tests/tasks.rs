//! What a Django user does first, as the note of lesson 08 shows it: each change is a file in
//! `tests/tasks/`, which is applied to a copy of the lesson and asked the requests beside it. So the
//! note cannot show a change that no longer works.

use std::env;
use std::fs::{self, File as FileOnDisk};
use std::path::{Path, PathBuf};
use std::process::Command;

use house::lessons::number_of;
use house::{build, files};
use libtest_mimic::{Arguments, Failed, Trial};
use recordings::conversation;
use recordings::requests::File;
use wire::server::Server;

/// The changes of a lesson, and the most files that each may touch.
const TASKS: [(&str, usize); 5] = [
    ("08-full-stack/task-field", 3),
    ("08-full-stack/task-admin", 5),
    ("08-full-stack/task-page", 5),
    ("08-full-stack/task-receiver", 1),
    ("08-full-stack/task-permission", 1),
];

/// What makes a workspace of the copy. The hashes of passwords are slow on purpose, and slower than that
/// when they are not optimised.
const WORKSPACE: &str = "
[workspace]

[profile.dev]
debug = false

[profile.dev.package]
argon2.opt-level = 3
blake2.opt-level = 3
";

fn main() {
    let arguments = Arguments::from_args();
    let mut trials = vec![Trial::test(
        "every_change_is_listed",
        every_change_is_listed,
    )];
    for (name, most) in TASKS {
        trials.push(Trial::test(format!("{name}/files"), move || {
            few_files(name, most).map_err(Failed::from)
        }));
        trials.push(Trial::test(name, move || works(name).map_err(Failed::from)));
    }
    libtest_mimic::run(&arguments, trials).exit();
}

fn folder() -> PathBuf {
    house::root().join("tests/tasks")
}

fn every_change_is_listed() -> Result<(), Failed> {
    let found: Vec<String> = files::of_kind(&folder(), "diff")
        .iter()
        .map(|path| files::test_name(&folder(), path))
        .collect();
    let mut listed: Vec<&str> = TASKS.iter().map(|(name, _)| *name).collect();
    listed.sort_unstable();
    match found == listed {
        true => Ok(()),
        false => Err(format!("listed here: {listed:?}; in tests/tasks: {found:?}").into()),
    }
}

/// Few enough files are touched, and all of them are the lesson's own.
fn few_files(name: &str, most: usize) -> Result<(), String> {
    let path = folder().join(format!("{name}.diff"));
    let diff = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let touched = diff.lines().filter(|line| line.starts_with("+++ ")).count();
    match (1..=most).contains(&touched) {
        true => Ok(()),
        false => Err(format!(
            "{name} touches {touched} files; at most {most} may be"
        )),
    }
}

/// With the change the lesson answers as recorded, and without it otherwise.
fn works(name: &str) -> Result<(), String> {
    let requests = File::read(&folder().join(format!("{name}.http")))?;
    let (before, after) = programs(name)?;
    let play = |program: &Path| {
        let server = Server::start_at(program, &requests.env, &requests.run)?;
        conversation::play_against(server, &requests)
    };
    let shown = play(&after)?;
    if play(&before).is_ok_and(|before| before == shown) {
        return Err(format!(
            "{name}: the lesson answers the same without this change"
        ));
    }
    let (topic, title) = name.rsplit_once('/').ok_or("a name has a topic")?;
    insta::with_settings!({
        snapshot_path => house::root().join("tests/snapshots").join(topic),
        prepend_module_to_snapshot => false,
        omit_expression => true,
    }, {
        insta::assert_snapshot!(title, shown);
    });
    Ok(())
}

/// The lesson as it is, and with the change.
fn programs(name: &str) -> Result<(PathBuf, PathBuf), String> {
    let topic = name.split('/').next().unwrap_or(name);
    let place = build::target_folder().join("tasks");
    fs::create_dir_all(&place).map_err(|error| error.to_string())?;
    // One at a time: all are built in the same folder, so that cargo builds no more than it must.
    let lock = FileOnDisk::create(place.join("lock")).map_err(|error| error.to_string())?;
    lock.lock().map_err(|error| error.to_string())?;
    let copy = place.join(topic);
    lay_out(topic, &copy)?;
    let before = built(&copy, &place.join(format!("{topic}-before")))?;
    apply(&copy, &folder().join(format!("{name}.diff")))?;
    let after = built(&copy, &place.join(name.replace('/', "-")))?;
    Ok((before, after))
}

/// The lesson as it is, in a workspace of its own.
fn lay_out(topic: &str, copy: &Path) -> Result<(), String> {
    let lesson = house::root().join("lessons").join(topic);
    let said = |error: std::io::Error| format!("{}: {error}", copy.display());
    for old in files::below(copy) {
        let name = old.strip_prefix(copy).unwrap_or(&old);
        if name != Path::new("Cargo.lock") && !lesson.join(name).is_file() {
            fs::remove_file(&old).map_err(said)?;
        }
    }
    for path in files::below(&lesson) {
        let mut bytes = fs::read(&path).map_err(said)?;
        let name = path.strip_prefix(&lesson).unwrap_or(&path);
        if name == Path::new("Cargo.toml") {
            bytes.extend_from_slice(WORKSPACE.as_bytes());
        }
        files::write_if_other(&copy.join(name), &bytes).map_err(said)?;
    }
    let lock = house::root().join("Cargo.lock");
    fs::copy(lock, copy.join("Cargo.lock"))
        .map(|_| ())
        .map_err(said)
}

fn apply(copy: &Path, diff: &Path) -> Result<(), String> {
    let output = Command::new("git")
        .args(["apply", "-p1", "--whitespace=nowarn"])
        .arg(diff)
        .current_dir(copy)
        // The copy lies inside the repository, and is none of its files.
        .env("GIT_CEILING_DIRECTORIES", copy.parent().unwrap_or(copy))
        .output()
        .map_err(|error| format!("git cannot be run: {error}"))?;
    match output.status.success() {
        true => Ok(()),
        false => Err(format!(
            "the lesson has changed, and this no longer goes in: {}\n{}",
            diff.display(),
            String::from_utf8_lossy(&output.stderr)
        )),
    }
}

/// Builds what lies in the copy, and keeps the program under another name.
fn built(copy: &Path, program: &Path) -> Result<PathBuf, String> {
    let target = copy.with_file_name("target");
    let output = build::cargo(copy)
        .args(["build", "--quiet", "--bins", "--offline", "--target-dir"])
        .arg(&target)
        .output()
        .map_err(|error| format!("cargo cannot be run: {error}"))?;
    if !output.status.success() {
        let words = String::from_utf8_lossy(&output.stderr);
        return Err(format!("it does not build:\n{words}"));
    }
    let topic = copy.file_name().and_then(|name| name.to_str());
    let number = topic.map(number_of);
    let number = number.ok_or("a lesson's folder begins with its number")?;
    let name = format!("lesson-{number}{}", env::consts::EXE_SUFFIX);
    fs::copy(target.join("debug").join(name), program).map_err(|error| error.to_string())?;
    Ok(program.to_path_buf())
}
