//! Wrong submissions are built in a workspace of their own below `target/`, all at once: each is a
//! copy of the solution with its edits, under a name of its own.

use std::fs;
use std::path::{Path, PathBuf};

use house::build::{self, Built};
use judge::format::Wrong;
use toml::Table;

use super::{Audit, text_of};
use crate::course::{Course, Room, files_below};

/// `target/verify`
pub fn folder(course: &Course) -> PathBuf {
    course.root.join("target").join("verify")
}

/// `wrong-00-bytes-utf16`
pub fn package(room: &Room, wrong: &Wrong) -> String {
    format!("wrong-{}-{}-{}", room.number, wrong.task, wrong.name)
}

/// Writes the workspace and builds it.
pub fn build(audit: &Audit) -> Result<Built, String> {
    let base = folder(audit.course);
    let mut members = Vec::new();
    for (room, wrongs) in &audit.rooms {
        for wrong in &wrongs.wrong {
            let name = package(room, wrong);
            match lay_out(audit.course, room, wrong, &base.join(&name)) {
                Ok(()) => members.push(name),
                Err(problem) => {
                    audit.problem(
                        &format!("{}.{}", room.number, wrong.task),
                        format!("wrong submission {}: {problem}", wrong.name),
                    );
                }
            }
        }
    }
    let manifest = workspace(&audit.course.root, &members)?;
    write_if_new(&base.join("Cargo.toml"), manifest.as_bytes())?;
    fs::copy(
        audit.course.root.join("Cargo.lock"),
        base.join("Cargo.lock"),
    )
    .map_err(|error| error.to_string())?;
    let mut cargo = build::cargo(&base);
    cargo.args([
        "build",
        "--quiet",
        "--workspace",
        "--bins",
        "--keep-going",
        "--offline",
        "--target-dir",
    ]);
    // The course's own: what its dependencies came to there is used again.
    cargo.arg(audit.course.root.join("target"));
    build::run(&mut cargo)
}

/// The manifest of the workspace. Its profile is the course's, so that the dependencies are the same; the
/// near misses themselves are built quickly, since nobody debugs them, and may have warnings, since
/// nobody is to fix them.
fn workspace(root: &Path, members: &[String]) -> Result<String, String> {
    let course = text_of(root.join("Cargo.toml"));
    let course: Table = toml::from_str(&course).map_err(|error| error.to_string())?;
    let mut profiles = course
        .get("profile")
        .cloned()
        .unwrap_or(Table::new().into());
    if let Some(dev) = profiles
        .get_mut("dev")
        .and_then(|profile| profile.as_table_mut())
    {
        dev.insert("debug".into(), false.into());
        dev.insert("incremental".into(), false.into());
    }
    let mut manifest = toml::toml! {
        [workspace]
        resolver = "3"
        [workspace.lints.rust]
        warnings = "allow"
    };
    manifest["workspace"]
        .as_table_mut()
        .ok_or("a workspace is a table")?
        .insert("members".into(), members.to_vec().into());
    manifest.insert("profile".into(), profiles);
    Ok(manifest.to_string())
}

fn lay_out(course: &Course, room: &Room, wrong: &Wrong, to: &Path) -> Result<(), String> {
    let solution = course.root.join(room.solution());
    let manifest = text_of(solution.join("Cargo.toml"));
    let mut manifest: Table = toml::from_str(&manifest).map_err(|error| error.to_string())?;
    manifest.remove("dev-dependencies");
    manifest.remove("test");
    if let Some(package) = manifest
        .get_mut("package")
        .and_then(|package| package.as_table_mut())
    {
        package.insert("name".into(), package_name(to).into());
    }
    let lints = toml::toml! { workspace = true };
    manifest.insert("lints".into(), lints.into());
    write_if_new(&to.join("Cargo.toml"), manifest.to_string().as_bytes())?;
    for file in files(&solution) {
        let bytes = fs::read(solution.join(&file))
            .map_err(|error| format!("{}: {error}", file.display()))?;
        let edits = wrong
            .edits
            .iter()
            .filter(|edit| Path::new(&edit.file) == file);
        let mut edits = edits.peekable();
        if edits.peek().is_none() {
            write_if_new(&to.join(&file), &bytes)?;
            continue;
        }
        let text =
            String::from_utf8(bytes).map_err(|_| format!("{} is no text", file.display()))?;
        let edited = edits.try_fold(text, |text, edit| edit.apply(&text))?;
        write_if_new(&to.join(&file), edited.as_bytes())?;
    }
    let known = files(&solution);
    match wrong
        .edits
        .iter()
        .find(|edit| !known.contains(&PathBuf::from(&edit.file)))
    {
        Some(edit) => Err(format!("there is no {} to edit", edit.file)),
        None => Ok(()),
    }
}

fn package_name(folder: &Path) -> String {
    folder
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}

/// What a submission is made of: everything but the manifest and what is written about it.
fn files(solution: &Path) -> Vec<PathBuf> {
    let mut found = files_below(solution);
    found.retain(|path| !["Cargo.toml", "WHY.md", "wrong.toml"].contains(&path.as_str()));
    found.into_iter().map(PathBuf::from).collect()
}

fn write_if_new(path: &Path, bytes: &[u8]) -> Result<(), String> {
    house::files::write_if_other(path, bytes)
        .map_err(|error| format!("{} cannot be written: {error}.", path.display()))
}
