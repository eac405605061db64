//! `cargo course update`: the newest course, with the student's files as they left them.
//!
//! The files are copied aside first, and a mark tells that this is going on: whenever it is cut
//! off, the next command puts them back.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::Outcome;
use crate::course::{Course, write};
use crate::progress::{committed, folder};
use crate::screen::{BAD, count, say, styled};

/// A file that is not as git's last commit has it.
struct Edited {
    path: PathBuf,
    mine: Vec<u8>,
    base: Vec<u8>,
}

/// `cargo course update`
pub fn run(course: &Course) -> Outcome {
    // Inside another repository, that one would be pulled.
    if git(course, &["rev-parse", "--show-cdup"])? != (true, "\n".into()) {
        return Err(
            "This folder was not made by `git clone`, so there is nothing to pull from. Nothing was changed.".into(),
        );
    }
    if let Some(what) = under_way(course)? {
        return Err(format!(
            "A {what} of your own is under way in this folder. Finish it first, or leave it: git {what} --abort. Nothing was changed."
        ));
    }
    let edited = edited(course)?;
    let aside = folder(course).join("updating");
    for file in &edited {
        write(&aside.join(&file.path), &file.mine)?;
    }
    for file in &edited {
        write(&course.root.join(&file.path), &file.base)?;
    }
    let before = bases(course);
    let known = changelog(course);
    let (pulled, said) = git(course, &["pull", "--no-rebase", "--no-edit"])?;
    say!("{}", said.trim_end());
    if !pulled {
        let _ = git(course, &["merge", "--abort"]);
        put_back(course)?;
        return Err("The newest version could not be fetched, for the reason that git gives above. Nothing was changed.".into());
    }
    let mut unmerged = Vec::new();
    for file in &edited {
        if !merge(course, file)? {
            unmerged.push(file.path.display().to_string());
        }
    }
    refresh_starters(course, &before)?;
    fs::remove_dir_all(&aside)
        .or_else(|error| {
            if edited.is_empty() {
                Ok(())
            } else {
                Err(error)
            }
        })
        .map_err(|error| error.to_string())?;
    say!(
        "Your edits in {} are where you left them, and so is your progress.",
        count(edited.len(), "file")
    );
    if let Some(news) = news(&known, &changelog(course)) {
        say!("\n{news}");
    }
    for path in unmerged {
        say!(
            "{} {path} has changed in the course at a place that you have changed, too: yours was kept, theirs is in .course/theirs/.",
            styled(BAD, "!")
        );
    }
    Ok(true)
}

/// What git has begun here and not ended, if anything.
fn under_way(course: &Course) -> Result<Option<&'static str>, String> {
    for (what, mark) in [
        ("merge", "MERGE_HEAD"),
        ("cherry-pick", "CHERRY_PICK_HEAD"),
        ("revert", "REVERT_HEAD"),
        ("rebase", "rebase-merge"),
        ("rebase", "rebase-apply"),
    ] {
        let (_, path) = git(course, &["rev-parse", "--git-path", mark])?;
        if course.root.join(path.trim_end()).exists() {
            return Ok(Some(what));
        }
    }
    Ok(None)
}

fn changelog(course: &Course) -> String {
    fs::read_to_string(course.root.join("CHANGELOG.md")).unwrap_or_default()
}

/// The versions of `newest` that are above the one at the top of `known`: all that there are, if it knows none.
fn news<'a>(known: &str, newest: &'a str) -> Option<&'a str> {
    let versions = |text: &'a str| text.find("\n## ").map(|at| &text[at + 1..]);
    let newest = versions(newest)?;
    let top = known.lines().find(|line| line.starts_with("## "));
    let end = top.and_then(|top| newest.find(top)).unwrap_or(newest.len());
    Some(newest[..end].trim_end()).filter(|news| !news.is_empty())
}

/// Puts the files back after an update that was cut off.
pub fn finish(course: &Course) -> Result<(), String> {
    match folder(course).join("updating").is_dir() {
        false => Ok(()),
        true => {
            put_back(course)?;
            say!("An update was cut off. Your files are back; the update can be run again.");
            Ok(())
        }
    }
}

fn put_back(course: &Course) -> Result<(), String> {
    let aside = folder(course).join("updating");
    for room in &course.exercises {
        for file in room.files(&aside) {
            let path = room.folder.join(file);
            let mine = fs::read(aside.join(&path))
                .map_err(|error| format!("{}: {error}", path.display()))?;
            write(&course.root.join(&path), &mine)?;
        }
    }
    match fs::remove_dir_all(&aside) {
        Err(error) if aside.exists() => Err(format!("{}: {error}", aside.display())),
        _ => Ok(()),
    }
}

fn edited(course: &Course) -> Result<Vec<Edited>, String> {
    let mut edited = Vec::new();
    for room in &course.exercises {
        for file in room.files(&course.root) {
            let path = room.folder.join(file);
            let mine = fs::read(course.root.join(&path))
                .map_err(|error| format!("{}: {error}", path.display()))?;
            // A file of the student's own is not git's, and stays where it is.
            if let Some(base) = committed(&course.root, &path).filter(|base| *base != mine) {
                edited.push(Edited { path, mine, base });
            }
        }
    }
    Ok(edited)
}

/// Lays the student's edit over the new version; whether that worked out.
fn merge(course: &Course, file: &Edited) -> Result<bool, String> {
    let path = course.root.join(&file.path);
    let theirs = fs::read(&path).unwrap_or_default();
    if theirs == file.base {
        write(&path, &file.mine)?;
        return Ok(true);
    }
    let scratch = folder(course).join("merge");
    for (name, bytes) in [
        ("mine", &file.mine),
        ("base", &file.base),
        ("theirs", &theirs),
    ] {
        write(&scratch.join(name), bytes)?;
    }
    let output = Command::new("git")
        .args(["merge-file", "-p", "mine", "base", "theirs"])
        .current_dir(&scratch)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("git cannot be run: {error}."))?;
    let merged = output.status.success();
    if merged {
        write(&path, &output.stdout)?;
    } else {
        write(&path, &file.mine)?;
        write(&folder(course).join("theirs").join(&file.path), &theirs)?;
    }
    let _ = fs::remove_dir_all(&scratch);
    Ok(merged)
}

/// The files of all exercises as git's last commit has them.
fn bases(course: &Course) -> Vec<(PathBuf, Vec<u8>)> {
    let paths = course.exercises.iter().flat_map(|room| {
        room.files(&course.root)
            .into_iter()
            .map(move |file| room.folder.join(file))
    });
    paths
        .filter_map(|path| Some((path.clone(), committed(&course.root, &path)?)))
        .collect()
}

/// The kept starters follow the course, where the student has not committed work of their own.
fn refresh_starters(course: &Course, before: &[(PathBuf, Vec<u8>)]) -> Result<(), String> {
    let starter = folder(course).join("starter");
    for (path, old) in before {
        let is_starter = fs::read(starter.join(path)).is_ok_and(|kept| kept == *old);
        if let Some(new) = committed(&course.root, path).filter(|_| is_starter) {
            write(&starter.join(path), &new)?;
        }
    }
    Ok(())
}

fn git(course: &Course, arguments: &[&str]) -> Result<(bool, String), String> {
    let output = Command::new("git")
        .args(arguments)
        .current_dir::<&Path>(&course.root)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("git cannot be run: {error}."))?;
    let said = [output.stdout, output.stderr].concat();
    Ok((
        output.status.success(),
        String::from_utf8_lossy(&said).into_owned(),
    ))
}
