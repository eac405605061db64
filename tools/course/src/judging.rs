//! Builds a server and has it judged. The verdict comes from the judge's report, never from what
//! the student's program writes.

use std::env;
use std::ffi::OsString;
use std::fs::{self, File, TryLockError};
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};

use house::build;
use house::files::of_kind;
use judge::format::Task;
use judge::report::Report;
use judge::run;
use sha2::{Digest, Sha256};

use crate::course::{Course, Room, write};
use crate::progress;

/// So long a judge may take, whatever a server does. Each of its tests takes 10 seconds at most, as a rule.
const PATIENCE: Duration = Duration::from_secs(300);

/// Builds a student's server. `None` when it does not compile.
pub fn server(course: &Course, room: &Room) -> Result<Option<PathBuf>, String> {
    let package = room.package();
    let built = built(course, room, &["build", "--bin", &package])?;
    if !built.was_begun {
        return Err(format!(
            "Exercise {} could not be built, for the reason that cargo gives above. It was not judged.",
            room.number
        ));
    }
    let program = built.artifacts.program(&package, &package);
    Ok(program.filter(|_| built.succeeded).map(Path::to_path_buf))
}

/// Has cargo build something of an exercise.
fn built(course: &Course, room: &Room, arguments: &[&str]) -> Result<build::Built, String> {
    let target = target(course);
    let mut cargo = build::cargo(&course.root);
    cargo.args(arguments).args(["--package", &room.package()]);
    cargo.arg("--target-dir").arg(&target);
    // What takes long is said by cargo itself: the crates that it compiles, and that it waits for another cargo.
    let program = format!("{}{}", room.package(), env::consts::EXE_SUFFIX);
    let is_long = is_older(
        &target.join("debug").join(program),
        &course.root.join("Cargo.lock"),
    ) || is_locked(&target.join("debug").join(".cargo-lock"));
    if !is_long || !io::stderr().is_terminal() {
        cargo.arg("--quiet");
    }
    let built = build::run(&mut cargo)?;
    // What does not compile for want of room is not the student's fault.
    if !built.succeeded {
        let probe = target.join(".room");
        write(&probe, &[0; 1 << 20])?;
        let _ = fs::remove_file(probe);
    }
    Ok(built)
}

/// Where the exercises of this checkout are built. Two checkouts that share a target folder would get each other's
/// servers: cargo tells them apart by the dates of their files alone.
fn target(course: &Course) -> PathBuf {
    let around = build::target_folder().canonicalize().unwrap_or_default();
    match around.starts_with(&course.root) {
        true => around,
        false => course.root.join("target"),
    }
}

fn is_older(file: &Path, other: &Path) -> bool {
    changed_at(file) < changed_at(other)
}

fn is_locked(file: &Path) -> bool {
    let opened = File::open(file);
    opened.is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
}

/// Cargo builds what is newer than its last build. A file that was changed and has an old date, as an
/// archive may give it, is dated now. What the files were, `.course/work/` knows.
pub fn date_what_has_changed(course: &Course, room: &Room) {
    let work = progress::folder(course).join("work").join(&room.folder);
    for file in room.files(&course.root) {
        let (path, kept) = (course.root.join(&room.folder).join(&file), work.join(&file));
        let same = matches!((fs::read(&path), fs::read(&kept)), (Ok(now), Ok(then)) if now == then);
        let is_new =
            changed_at(&path) > changed_at(&kept).or(changed_at(&course.root.join("Cargo.lock")));
        if !same && !is_new {
            let dated = File::options().write(true).open(&path);
            let _ = dated.and_then(|file| file.set_modified(SystemTime::now()));
        }
    }
}

fn changed_at(path: &Path) -> Option<SystemTime> {
    fs::metadata(path)
        .and_then(|metadata| metadata.modified())
        .ok()
}

/// The program that judges: the exercise's test. It is built when one of its sources has changed, whatever
/// their dates are.
pub fn judge(course: &Course, room: &Room) -> Result<PathBuf, String> {
    let known = progress::folder(course)
        .join("judge")
        .join(&room.exercise.topic);
    let sources = judge_sources(course, room);
    let digest = digest(&sources);
    let text = fs::read_to_string(&known).unwrap_or_default();
    let (kept, program) = text.split_once('\n').unwrap_or_default();
    let program = Path::new(program);
    if kept == digest && program.is_file() && program.starts_with(target(course)) {
        return Ok(program.into());
    }
    if !kept.is_empty() {
        for source in &sources {
            let dated = File::options().write(true).open(source);
            let _ = dated.and_then(|file| file.set_modified(SystemTime::now()));
        }
    }
    let built = built(course, room, &["test", "--no-run", "--test", "tasks"])?;
    let program = built
        .artifacts
        .program(&room.package(), "tasks")
        .filter(|_| built.succeeded);
    let program = program.ok_or(
        "The tests do not compile. Did you change tests/ or Cargo.toml? `git status` says so.",
    )?;
    let known_now = format!("{digest}\n{}", program.display());
    write(&known, known_now.as_bytes())?;
    Ok(program.to_path_buf())
}

/// A number for what these files are called and hold.
fn digest(files: &[PathBuf]) -> String {
    let mut hash = Sha256::new();
    for file in files {
        let bytes = fs::read(file).unwrap_or_default();
        hash.update(file.to_string_lossy().as_bytes());
        hash.update((bytes.len() as u64).to_le_bytes());
        hash.update(bytes);
    }
    let bytes = hash.finalize();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn judge_sources(course: &Course, room: &Room) -> Vec<PathBuf> {
    let exercise = course.root.join(&room.folder);
    let mut sources = of_kind(&exercise.join("tests"), "rs");
    for package in ["tools/house", "tools/judge", "tools/wire"] {
        let folder = course.root.join(package);
        sources.extend(of_kind(&folder.join("src"), "rs"));
        sources.push(folder.join("Cargo.toml"));
    }
    sources.extend([
        course.root.join("Cargo.lock"),
        exercise.join("exercise.toml"),
        exercise.join("Cargo.toml"),
    ]);
    sources
}

/// A run of the judge.
pub struct Run<'a> {
    pub judge: &'a Path,
    pub server: &'a Path,
    /// Where the server is started.
    pub folder: &'a Path,
    pub seed: Option<u32>,
    /// `head::` for the tests of a task, a whole name with `--exact`; empty for all.
    pub filter: Vec<OsString>,
}

impl Run<'_> {
    /// Runs the judge and takes its report.
    pub fn report(self) -> Result<Report, String> {
        let mut command = Command::new(self.judge);
        command
            .args(&self.filter)
            .env("EXERCISE_SERVER", self.server)
            .current_dir(self.folder);
        if let Some(seed) = self.seed {
            command.env("EXERCISE_SEED", seed.to_string());
        }
        run::report(command, PATIENCE)
    }
}

/// What selects the tests of a task.
pub fn filter(task: Option<&Task>) -> Vec<OsString> {
    task.iter()
        .map(|task| format!("{}::", task.id).into())
        .collect()
}
