//! Where a student is, what is next, and all tasks.

use judge::format::Task;
use serde_json::json;

use crate::Outcome;
use crate::course::{Chosen, Course, Room};
use crate::progress::Progress;
use crate::screen::{BAD, GOOD, NEW, QUIET, STRONG, count, say, styled};

/// `cargo course` alone.
pub fn here(course: &Course) -> Outcome {
    let progress = Progress::read(course)?;
    say!("{}\n", sum(course, &progress));
    let Some(next) = progress.next(course) else {
        say!(
            "Everything is done. `cargo course submit` packs it, `cargo course diff 04 05` shows the step between two lessons."
        );
        return Ok(true);
    };
    task(course, next);
    say!("{}", commands(next.room));
    Ok(true)
}

/// `[######······] 3 of 6 tasks, 10 of 21 points`
pub fn sum(course: &Course, progress: &Progress) -> String {
    let tasks = || {
        course
            .exercises
            .iter()
            .flat_map(|room| room.exercise.tasks.iter().map(move |task| (room, task)))
    };
    let done = || tasks().filter(|(room, task)| progress.has_passed(&room.name(task)));
    let points = |(_, task): (&Room, &Task)| task.points;
    let (all, passed) = (tasks().count(), done().count());
    let width = 30;
    let filled = (passed * width).checked_div(all).unwrap_or(width);
    format!(
        "[{}{}] {passed} of {}, {} of {} points",
        styled(GOOD, "#".repeat(filled)),
        styled(QUIET, "-".repeat(width - filled)),
        count(all, "task"),
        done().map(points).sum::<u32>(),
        tasks().map(points).sum::<u32>()
    )
}

/// `cargo course show [NN[.task]]`
pub fn named(course: &Course, name: Option<&str>) -> Outcome {
    let Some(chosen) = Progress::find_or_next(course, name)? else {
        return here(course);
    };
    for one in chosen.tasks() {
        task(
            course,
            Chosen {
                task: Some(one),
                ..chosen
            },
        );
    }
    say!("{}", commands(chosen.room));
    Ok(true)
}

/// The task to go on with, in a line.
pub fn next(next: Chosen) {
    let title = next.task.map_or("", |task| task.title.as_str());
    say!(
        "Next: {} {title}. `cargo course` shows it.",
        styled(NEW, next.name())
    );
}

/// A task's text, under its name.
pub fn task(course: &Course, chosen: Chosen) {
    let Some(task) = chosen.task else { return };
    let name = chosen.room.name(task);
    say!(
        "{} {} {}\n",
        styled(NEW, &name),
        styled(STRONG, &task.title),
        styled(
            QUIET,
            format!("({}, {})", task.kind, count(task.points as usize, "point"))
        )
    );
    for line in task.text.trim().lines() {
        say!("{}", format!("  {line}").trim_end());
    }
    let folder = chosen.room.folder.display().to_string().replace('\\', "/");
    let mut files = chosen.room.files(&course.root);
    files.retain(|file| task.may_change(file));
    let files = files.join(", ");
    say!("\n  {} {folder}/: {files}", styled(QUIET, "edit"));
    say!("  {} {}\n", styled(QUIET, "read"), task.page);
}

fn commands(room: &Room) -> String {
    let number = &room.number;
    let line = |command: String, what: &str| format!("  {command:<24} {}\n", styled(QUIET, what));
    [
        line("cargo course watch".into(), "judge on each save"),
        line(
            format!("cargo course run {number}"),
            "start the server, to ask it things yourself",
        ),
        line("cargo course hint".into(), "when you are stuck"),
        line("cargo course skip".into(), "leave it for later"),
        line("cargo course help".into(), "all commands"),
    ]
    .concat()
    .trim_end()
    .to_string()
}

/// `cargo course list`
pub fn list(course: &Course, as_json: bool) -> Outcome {
    let progress = Progress::read(course)?;
    if as_json {
        let tasks = course.exercises.iter().flat_map(|room| {
            room.exercise.tasks.iter().map(|task| {
                json!({
                    "name": room.name(task),
                    "exercise": room.exercise.topic,
                    "title": task.title,
                    "kind": task.kind,
                    "points": task.points,
                    "passed": progress.has_passed(&room.name(task)),
                })
            })
        });
        say!(
            "{:#}",
            json!({ "schema": "course-list/1", "tasks": tasks.collect::<Vec<_>>() })
        );
        return Ok(true);
    }
    let next = progress.next(course).map(|next| next.name());
    for room in &course.exercises {
        say!("{}", styled(STRONG, &room.exercise.topic));
        for task in &room.exercise.tasks {
            let name = room.name(task);
            let mark = match progress.has_passed(&name) {
                true => styled(GOOD, "done"),
                false if next.as_ref() == Some(&name) => styled(NEW, "next"),
                false if progress.is_skipped(&name) => styled(QUIET, "skip"),
                false => styled(QUIET, "open"),
            };
            let kind = styled(QUIET, format!("{:<8}{:>2} points", task.kind, task.points));
            say!("  {mark}  {name:<18} {kind}  {}", task.title);
        }
    }
    say!("\n{}", sum(course, &progress));
    let line =
        "To read what one asks for, name it: cargo course show 05, cargo course show 00.head";
    say!("{}", styled(QUIET, line));
    Ok(true)
}

/// A verdict in a word.
pub fn verdict(passed: bool) -> String {
    match passed {
        true => styled(GOOD, "passed"),
        false => styled(BAD, "not yet"),
    }
}
