//! `cargo course check`: build, judge, say what came of it, remember it.

use house::contain;
use judge::format::Task;
use judge::report::{Report, Said, TestResult};
use serde_json::json;

use crate::Outcome;
use crate::course::{Chosen, Course};
use crate::judging;
use crate::progress::{self, Progress};
use crate::screen::{BAD, GOOD, NEW, QUIET, STRONG, count, say, styled};
use crate::show;

/// `cargo course check [NN[.task]]`
pub fn run(course: &Course, name: Option<&str>, as_json: bool, seed: Option<u32>) -> Outcome {
    let progress = Progress::read(course)?;
    let Some(mut chosen) = progress.find_or_next(course, name)? else {
        return show::here(course);
    };
    if name.is_none() {
        chosen.task = None;
    }
    let report = judged(course, chosen, seed)?;
    if as_json {
        say!("{:#}", as_value(chosen, report.as_ref()));
    } else {
        print(chosen, report.as_ref());
        follow_up(course, chosen, report.as_ref())?;
        if let Some(reason) = contain::unguarded() {
            let line = format!(
                "Nothing keeps your server away from the judge here ({reason}): this verdict relies on honesty."
            );
            say!("{}", styled(QUIET, line));
        }
    }
    Ok(report.is_some_and(|report| report.tests.iter().all(|test| test.passed)))
}

/// Builds and judges, keeps a copy of the work, writes the progress. `None` when it does not compile.
pub fn judged(
    course: &Course,
    chosen: Chosen,
    seed: Option<u32>,
) -> Result<Option<Report>, String> {
    let room = chosen.room;
    judging::date_what_has_changed(course, room);
    progress::save_work(course, room)?;
    let Some(server) = judging::server(course, room)? else {
        return Ok(None);
    };
    let judge = judging::judge(course, room)?;
    // Whoever could read our memory would know how a report is signed.
    contain::guard();
    let report = judging::Run {
        judge: &judge,
        server: &server,
        folder: &course.root.join(&room.folder),
        seed,
        filter: judging::filter(chosen.task),
    }
    .report()?;
    let names = tasks(chosen).flat_map(|task| {
        let tests = task.tests.iter();
        tests.map(|test| (task.id.as_str(), test.as_str()))
    });
    if !report.holds_exactly(names) {
        return Err("The judge did not finish: not all tests were run.".into());
    }
    let mut progress = Progress::read(course)?;
    for task in tasks(chosen) {
        progress.of(&room.name(task)).passed = has_passed(task, &report);
    }
    progress.write()?;
    Ok(Some(report))
}

/// The tasks that are judged.
fn tasks<'a>(chosen: Chosen<'a>) -> impl Iterator<Item = &'a Task> {
    let all = chosen.room.exercise.tasks.iter();
    all.filter(move |task| chosen.task.is_none_or(|one| one.id == task.id))
}

/// A task is done when each of its tests was run and held.
pub fn has_passed(task: &Task, report: &Report) -> bool {
    let held = |name: &String| {
        report
            .tests
            .iter()
            .any(|test| test.name == *name && test.passed)
    };
    task.tests.iter().all(held)
}

fn results<'a>(task: &'a Task, report: &'a Report) -> impl Iterator<Item = &'a TestResult> {
    report.tests.iter().filter(|test| test.task == task.id)
}

/// Says what came of it: a line for each task, and the first failing test in full.
pub fn print(chosen: Chosen, report: Option<&Report>) {
    let Some(report) = report else {
        say!(
            "{} It does not compile yet. Read the compiler's first error only; the rest often follows from it.",
            styled(BAD, "✗")
        );
        return;
    };
    let mut first: Option<&TestResult> = None;
    for task in tasks(chosen) {
        let name = chosen.room.name(task);
        say!(
            "{}  {name}  {}",
            show::verdict(has_passed(task, report)),
            task.title
        );
        for test in results(task, report) {
            let sentence = test.name.replace('_', " ");
            match test.passed {
                true => say!("  {} {sentence}", styled(GOOD, "✓")),
                false => say!("  {} {sentence}", styled(BAD, "✗")),
            }
            if !test.passed && first.is_none() {
                first = Some(test);
            }
        }
        // One thing at a time: what comes behind the first failing test can wait.
    }
    if let Some(said) = first.and_then(|test| test.said.as_ref()) {
        print_said(chosen, said);
    }
}

fn print_said(chosen: Chosen, said: &Said) {
    say!("\n{}", styled(STRONG, &said.task));
    for (name, part) in said.parts() {
        say!("\n  {}\n{part}", styled(QUIET, name));
    }
    say!("\n  {}\n", styled(NEW, &said.line));
    say!("  {} {}", styled(QUIET, "read more"), said.page);
    let again = format!("cargo course check {} --seed {}", chosen.name(), said.seed);
    say!("  {} {again}", styled(QUIET, "the same inputs again"));
}

/// What to do next.
fn follow_up(course: &Course, chosen: Chosen, report: Option<&Report>) -> Result<(), String> {
    let progress = Progress::read(course)?;
    let all = report.is_some_and(|report| report.tests.iter().all(|test| test.passed));
    let shown = course
        .root
        .join(chosen.room.solution())
        .join("WHY.md")
        .is_file();
    if all {
        if shown {
            let solution = format!("cargo course solution {}", chosen.name());
            say!("\nCompare with ours, and read why it is so: {solution}");
        }
        say!("\n{}", show::sum(course, &progress));
        if let Some(next) = progress.next(course) {
            let title = next.task.map_or("", |task| task.title.as_str());
            say!(
                "Next: {} {title}. `cargo course` shows it.",
                styled(NEW, next.name())
            );
        }
    } else if report.is_some() {
        let open = tasks(chosen)
            .filter(|task| !progress.has_passed(&chosen.room.name(task)))
            .count();
        say!(
            "\n{} open here. Stuck? `cargo course hint`",
            count(open, "task")
        );
    }
    Ok(())
}

fn as_value(chosen: Chosen, report: Option<&Report>) -> serde_json::Value {
    let tasks = tasks(chosen).map(|task| {
        json!({
            "name": chosen.room.name(task),
            "title": task.title,
            "points": task.points,
            "passed": report.is_some_and(|report| has_passed(task, report)),
            "tests": report.map(|report| results(task, report).collect::<Vec<_>>()).unwrap_or_default(),
        })
    });
    json!({
        "schema": "course-check/1",
        "exercise": chosen.room.exercise.topic,
        "compiles": report.is_some(),
        "seed": report.map(|report| report.seed),
        "guarded": contain::unguarded().is_none(),
        "tasks": tasks.collect::<Vec<_>>(),
    })
}
