//! Hints, the server itself, a fresh start, the solution.

use std::fs;
use std::io::{BufRead, IsTerminal, Write};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::Outcome;
use crate::course::{Chosen, Course, Room, write};
use crate::diff;
use crate::progress::{self, Progress};
use crate::screen::{NEW, QUIET, STRONG, say, styled};

/// `cargo course hint [NN[.task]]`
pub fn hint(course: &Course, name: Option<&str>) -> Outcome {
    let mut progress = Progress::read(course)?;
    let Some(chosen) = progress.find_or_next(course, name)? else {
        say!("All tasks are done: there is nothing to hint at.");
        return Ok(true);
    };
    // Of an exercise, the first task that is open.
    let open = progress.next_in(chosen.room);
    let Some(task) = chosen.task.or(open) else {
        say!(
            "All of exercise {} is done. Name a task: cargo course hint {}.",
            chosen.name(),
            chosen.room.name(&chosen.room.exercise.tasks[0])
        );
        return Ok(true);
    };
    let name = chosen.room.name(task);
    let state = progress.of(&name);
    let number = state.hints.min(task.hints.len() - 1);
    state.hints = number + 1;
    progress.write()?;
    say!(
        "{} {}",
        styled(NEW, &name),
        styled(
            STRONG,
            format!("hint {} of {}", number + 1, task.hints.len())
        )
    );
    say!("  {}", task.hints[number].trim());
    if number + 1 == task.hints.len() {
        say!(
            "{}",
            styled(
                QUIET,
                format!("  That was the last one. Still stuck? cargo course solution {name}")
            )
        );
    }
    Ok(true)
}

/// `cargo course run [NN]`
pub fn run(course: &Course, name: Option<&str>) -> Outcome {
    let progress = Progress::read(course)?;
    let last = course.exercises.last();
    let chosen = progress.find_or_next(course, name)?;
    let room = chosen
        .map(|chosen| chosen.room)
        .or(last)
        .ok_or("There is no exercise.")?;
    let status = house::build::cargo(&course.root)
        .args(["run", "--quiet", "--package", &room.package()])
        .status()
        .map_err(|error| format!("cargo cannot be run: {error}."))?;
    Ok(status.success())
}

/// `cargo course reset NN`
pub fn reset(course: &Course, name: &str, yes: bool) -> Outcome {
    let room = course.find(name)?.room;
    let starter = progress::folder(course).join("starter");
    let changed = changed_files(course, room);
    if changed.is_empty() {
        say!("Exercise {} is as it was at the beginning.", room.number);
        return Ok(true);
    }
    let question = format!("Put back {}? Your work is kept aside.", changed.join(", "));
    if !yes && !agrees(&question)? {
        say!("Nothing was changed.");
        return Ok(false);
    }
    let kept = kept_folder(course, room)?;
    progress::copy(&course.root, &kept, room)?;
    for file in changed {
        let path = course.root.join(&room.folder).join(&file);
        match fs::read(starter.join(&room.folder).join(&file)) {
            Ok(bytes) => write(&path, &bytes)?,
            // The student has added it.
            Err(_) => {
                fs::remove_file(&path).map_err(|error| format!("{}: {error}", path.display()))?
            }
        }
    }
    let mut progress = Progress::read(course)?;
    for task in &room.exercise.tasks {
        progress.of(&room.name(task)).passed = false;
    }
    progress.write()?;
    let kept = kept
        .strip_prefix(&course.root)
        .unwrap_or(&kept)
        .display()
        .to_string();
    say!(
        "Exercise {} is as it was at the beginning. Your work is in {kept}.",
        room.number
    );
    Ok(true)
}

/// The student's files that are not as the starter has them, and those that the starter has and are gone.
pub fn changed_files(course: &Course, room: &Room) -> Vec<String> {
    let starter = progress::folder(course).join("starter");
    let mut files = room.files(&course.root);
    files.extend(room.files(&starter));
    files.sort();
    files.dedup();
    let read =
        |base: &std::path::Path, file: &String| fs::read(base.join(&room.folder).join(file)).ok();
    files.retain(|file| read(&course.root, file) != read(&starter, file));
    files
}

/// A folder that no earlier reset has used.
fn kept_folder(course: &Course, room: &Room) -> Result<std::path::PathBuf, String> {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_err(|error| error.to_string())?;
    let kept = progress::folder(course).join("kept");
    Ok(kept.join(format!("{}-{}", room.number, since.as_millis())))
}

fn agrees(question: &str) -> Result<bool, String> {
    if !std::io::stdin().is_terminal() {
        return Err("There is no one to ask: say `--yes`.".into());
    }
    let mut out = anstream::stdout();
    let _ = write!(out, "{question} [y/N] ").and_then(|()| out.flush());
    let mut answer = String::new();
    let read = std::io::stdin().lock().read_line(&mut answer);
    Ok(read.is_ok() && matches!(answer.trim(), "y" | "Y" | "yes"))
}

/// `cargo course solution [NN[.task]]`
pub fn solution(course: &Course, name: Option<&str>) -> Outcome {
    let mut progress = Progress::read(course)?;
    let Some(chosen) = progress.find_or_next(course, name)? else {
        return Err("All tasks are done. Name one: cargo course solution 00".into());
    };
    if !may_see(chosen, &mut progress)? {
        say!(
            "You have not passed {} yet, and the way there is worth more than the end of it.",
            chosen.name()
        );
        say!(
            "`cargo course hint {}` helps. To see the solution all the same, ask again.",
            chosen.name()
        );
        return Ok(false);
    }
    let folder = chosen.room.solution();
    let why = course.root.join(&folder).join("WHY.md");
    let why = fs::read_to_string(&why).map_err(|error| format!("{}: {error}", why.display()))?;
    say!(
        "{}",
        styled(QUIET, "What the solution has, seen from your files:")
    );
    for file in chosen.room.files(&course.root) {
        let mine = course.root.join(&chosen.room.folder).join(&file);
        let ours = course.root.join(&folder).join(&file);
        diff::files(
            &mine,
            &ours,
            &format!("yours/{file}"),
            &format!("ours/{file}"),
        )?;
    }
    say!(
        "{}",
        part(&why, chosen.task.map(|task| task.title.as_str()))
    );
    say!(
        "{} {}/src",
        styled(QUIET, "The whole of it:"),
        folder.display().to_string().replace('\\', "/")
    );
    Ok(true)
}

/// Whoever has passed may see it, and whoever asks a second time.
fn may_see(chosen: Chosen, progress: &mut Progress) -> Result<bool, String> {
    let mut may = true;
    for task in &chosen.room.exercise.tasks {
        if chosen.task.is_some_and(|one| one.id != task.id) {
            continue;
        }
        let state = progress.of(&chosen.room.name(task));
        may &= state.passed || state.asked_for_solution;
        state.asked_for_solution = true;
    }
    progress.write()?;
    Ok(may)
}

/// The part of a page under a heading, or all of it.
fn part(page: &str, heading: Option<&str>) -> String {
    let Some(heading) = heading else {
        return page.trim().to_string();
    };
    let mut lines = page
        .lines()
        .skip_while(|line| *line != format!("## {heading}"));
    let first: Vec<&str> = lines.by_ref().take(1).collect();
    let rest: Vec<&str> = lines.take_while(|line| !line.starts_with("## ")).collect();
    [first, rest].concat().join("\n").trim().to_string()
}
