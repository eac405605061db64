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

/// What came of it.
pub struct Verdict {
    /// `None` when it does not compile.
    pub report: Option<Report>,
    /// The names of tasks that had passed and do not hold any more.
    pub lost: Vec<String>,
}

impl Verdict {
    pub fn is_good(&self) -> bool {
        let report = self.report.as_ref();
        report.is_some_and(|report| report.tests.iter().all(|test| test.passed))
    }
}

/// `cargo course check [NN[.task]…]`
pub fn run(course: &Course, names: &[String], as_json: bool, seed: Option<u32>) -> Outcome {
    let mut all = Vec::new();
    for name in names {
        all.push(course.find(name)?);
    }
    let first = names.first().map(String::as_str);
    let Some(mut chosen) = Progress::find_or_next(course, first)? else {
        return show::here(course);
    };
    if all.len() > 1 {
        return several(course, &all, as_json, seed);
    }
    if names.is_empty() {
        chosen.task = None;
    }
    let verdict = judged(course, chosen, seed)?;
    if as_json {
        say!("{:#}", as_value(chosen, &verdict));
    } else {
        print(chosen, &verdict);
        follow_up(course, chosen, &verdict)?;
        say_unguarded();
    }
    Ok(verdict.is_good())
}

/// `cargo course check --all`
pub fn all(course: &Course, as_json: bool, seed: Option<u32>) -> Outcome {
    let rooms = course.exercises.iter();
    let all: Vec<Chosen> = rooms.map(|room| Chosen { room, task: None }).collect();
    several(course, &all, as_json, seed)
}

/// Judges one after the other, and says of each task whether it holds. What cannot be judged keeps no other from it.
fn several(course: &Course, all: &[Chosen], as_json: bool, seed: Option<u32>) -> Outcome {
    let (mut values, mut open, mut unjudged) = (Vec::new(), false, Vec::new());
    for chosen in all {
        let verdict = match judged(course, *chosen, seed) {
            Ok(verdict) => verdict,
            Err(problem) => {
                anstream::eprintln!("{}: {problem}", chosen.name());
                unjudged.push(chosen.name());
                continue;
            }
        };
        open |= !verdict.is_good();
        if as_json {
            values.push(as_value(*chosen, &verdict));
            continue;
        }
        for task in chosen.tasks() {
            print_task(*chosen, task, &verdict);
        }
        print_lost(&verdict);
    }
    if as_json {
        say!("{:#}", json!(values));
    } else {
        let progress = Progress::read(course)?;
        say!("\n{}", show::sum(course, &progress));
        progress.next(course).into_iter().for_each(show::next);
        say_unguarded();
    }
    match unjudged.is_empty() {
        true => Ok(!open),
        false => Err(format!("Not judged: {}.", unjudged.join(", "))),
    }
}

fn say_unguarded() {
    if let Some(reason) = contain::unguarded() {
        let line = format!(
            "Nothing keeps your server away from the judge here ({reason}): this verdict relies on honesty."
        );
        say!("{}", styled(QUIET, line));
    }
}

/// Builds and judges, keeps a copy of the work, writes the progress.
pub fn judged(course: &Course, chosen: Chosen, seed: Option<u32>) -> Result<Verdict, String> {
    let room = chosen.room;
    judging::date_what_has_changed(course, room);
    progress::save_work(course, room)?;
    let Some(server) = judging::server(course, room)? else {
        return Ok(Verdict {
            report: None,
            lost: Vec::new(),
        });
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
    let names = chosen.tasks().flat_map(|task| {
        let tests = task.tests.iter();
        tests.map(|test| (task.id.as_str(), test.as_str()))
    });
    if !report.holds_exactly(names) {
        return Err("The judge did not finish: not all tests were run.".into());
    }
    let lost = Progress::change(course, |progress| {
        let mut lost = Vec::new();
        for task in chosen.tasks() {
            let name = room.name(task);
            let state = progress.of(&name);
            let held = std::mem::replace(&mut state.passed, has_passed(task, &report));
            if held && !state.passed {
                lost.push(name);
            }
        }
        lost
    })?;
    Ok(Verdict {
        report: Some(report),
        lost,
    })
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
pub fn print(chosen: Chosen, verdict: &Verdict) {
    let Some(report) = &verdict.report else {
        say!(
            "{} It does not compile yet. Read the compiler's first error only; the rest often follows from it.",
            styled(BAD, "✗")
        );
        return;
    };
    let mut first: Option<&TestResult> = None;
    for task in chosen.tasks() {
        print_task(chosen, task, verdict);
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
    print_lost(verdict);
}

fn print_task(chosen: Chosen, task: &Task, verdict: &Verdict) {
    let report = verdict.report.as_ref();
    let passed = report.is_some_and(|report| has_passed(task, report));
    let name = chosen.room.name(task);
    say!("{}  {name}  {}", show::verdict(passed), task.title);
}

/// A pass is not taken away without a word.
fn print_lost(verdict: &Verdict) {
    for name in &verdict.lost {
        say!(
            "{} {name} held before, and does not any more: it counts as open again.",
            styled(BAD, "!")
        );
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
fn follow_up(course: &Course, chosen: Chosen, verdict: &Verdict) -> Result<(), String> {
    let progress = Progress::read(course)?;
    let shown = course
        .root
        .join(chosen.room.solution())
        .join("WHY.md")
        .is_file();
    if verdict.is_good() {
        if shown {
            let solution = format!("cargo course solution {}", chosen.name());
            say!("\nCompare with ours, and read why it is so: {solution}");
        }
        say!("\n{}", show::sum(course, &progress));
        progress.next(course).into_iter().for_each(show::next);
    } else if verdict.report.is_some() {
        let open = |task: &&Task| !progress.has_passed(&chosen.room.name(task));
        let number = chosen.tasks().filter(open).count();
        let first = chosen.tasks().find(open);
        let name = first.map_or(chosen.name(), |task| chosen.room.name(task));
        say!(
            "\n{} open here. What is asked: `cargo course show {name}`. Stuck? `cargo course hint {name}`",
            count(number, "task")
        );
    }
    Ok(())
}

fn as_value(chosen: Chosen, verdict: &Verdict) -> serde_json::Value {
    let report = verdict.report.as_ref();
    let tasks = chosen.tasks().map(|task| {
        let name = chosen.room.name(task);
        json!({
            "lost": verdict.lost.contains(&name),
            "name": name,
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
