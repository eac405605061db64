//! Builds a server and has it judged. The verdict comes from the judge's report, never from what
//! the student's program writes.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::SystemTime;

use house::build;
use house::files::of_kind;
use judge::format::Task;
use judge::report::Report;

use crate::course::{Course, Room};
use crate::progress;

/// Builds a student's server. `None` when it does not compile.
pub fn server(course: &Course, room: &Room) -> Result<Option<PathBuf>, String> {
    let package = room.package();
    let mut cargo = build::cargo(&course.root);
    let built =
        build::run(cargo.args(["build", "--quiet", "--package", &package, "--bin", &package]))?;
    Ok(match built.succeeded {
        true => built
            .artifacts
            .program(&package, &package)
            .map(Path::to_path_buf),
        false => None,
    })
}

/// The program that judges: the exercise's test. It is built when one of its sources is newer.
pub fn judge(course: &Course, room: &Room) -> Result<PathBuf, String> {
    let known = progress::folder(course)
        .join("judge")
        .join(&room.exercise.topic);
    if let Ok(program) = fs::read_to_string(&known)
        && let Some(made) = changed_at(Path::new(&program))
        && judge_sources(course, room)
            .iter()
            .all(|source| changed_at(source) < Some(made))
    {
        return Ok(program.into());
    }
    let package = room.package();
    let mut cargo = build::cargo(&course.root);
    cargo.args([
        "test",
        "--quiet",
        "--no-run",
        "--package",
        &package,
        "--test",
        "tasks",
    ]);
    let built = build::run(&mut cargo)?;
    let program = built
        .artifacts
        .program(&package, "tasks")
        .filter(|_| built.succeeded);
    let program = program.ok_or(
        "The tests do not compile. Did you change tests/ or Cargo.toml? `git status` tells.",
    )?;
    crate::course::write(&known, program.to_string_lossy().as_bytes())?;
    Ok(program.to_path_buf())
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

fn changed_at(path: &Path) -> Option<SystemTime> {
    fs::metadata(path)
        .and_then(|metadata| metadata.modified())
        .ok()
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
    /// A file for the report, of this run alone.
    pub report: PathBuf,
}

impl Run<'_> {
    /// Runs the judge and reads its report.
    pub fn report(self) -> Result<Report, String> {
        let _ = fs::remove_file(&self.report);
        if let Some(folder) = self.report.parent() {
            fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        }
        let mut command = Command::new(self.judge);
        command
            .args(&self.filter)
            .env("EXERCISE_SERVER", self.server)
            .env("EXERCISE_REPORT", &self.report)
            .current_dir(self.folder)
            .stdin(Stdio::null());
        if let Some(seed) = self.seed {
            command.env("EXERCISE_SEED", seed.to_string());
        }
        let output = command
            .output()
            .map_err(|error| format!("{} cannot be run: {error}.", self.judge.display()))?;
        let report = Report::read(&self.report);
        let _ = fs::remove_file(&self.report);
        report.map_err(|problem| {
            let said = String::from_utf8_lossy(&output.stderr);
            let said = said.trim_end().lines().last().unwrap_or_default();
            format!("The judge did not finish ({problem}): {said}")
        })
    }
}

/// What selects the tests of a task.
pub fn filter(task: Option<&Task>) -> Vec<OsString> {
    task.iter()
        .map(|task| format!("{}::", task.id).into())
        .collect()
}
