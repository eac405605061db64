//! `cargo course verify`: does every exercise keep its word?
//!
//! It says of each task whether the starter compiles and falls short as declared, the solution passes (twice, with other inputs), every wrong submission is caught by its
//! test with its sentence, the hints give no line away, and texts and links are whole. `cargo course verify 05` checks one exercise, `--times 5` judges each submission five times: inputs are drawn, and a judge must not be right by luck. Wrong submissions are built in a
//! workspace of their own in `target/verify/`, where only what has changed is built again. `.ci/run` runs it.
//!
//! What a student has done lies in `.course/`, which git does not see: progress, the starters as they were, a copy of the files at the last check, and what a
//! reset has put aside. `cargo course submit` packs the files that a student may change, with a `manifest.json` (`course-submission/1`).
//!
//! # Mutants of the solutions
//!
//! `cargo mutants --workspace` (of [cargo-mutants](https://mutants.rs), 27.1 or later: `cargo install cargo-mutants`) changes the solutions in one place at a time and runs their judges: what no test notices,
//! no test guards. At least 95 of 100 changes that compile must be noticed. It takes hours and is not part of `.ci/run`. `cargo mutants -p solution-05` tries one solution; with `--no-config --minimum-test-timeout 40`
//! also the few places that `.cargo/mutants.toml` leaves out, each with its reason there. The results stand in `mutants.out/`, which git does not see.

mod scratch;
mod texts;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

use house::build::{self, Built};
use judge::format::{Task, Wrong, WrongSubmissions};
use judge::report::Report;

use crate::Outcome;
use crate::check::has_passed;
use crate::course::{Course, Room};
use crate::judging;
use crate::screen::{BAD, GOOD, count, say, styled};

/// All that is to be verified, and where a problem belongs: to a task's name.
struct Audit<'a> {
    course: &'a Course,
    rooms: Vec<(&'a Room, WrongSubmissions)>,
    /// How often each submission is judged.
    times: usize,
    problems: Mutex<BTreeMap<String, Vec<String>>>,
}

/// A server to judge, and what to hold against its report.
type Job<'a> = Box<dyn Fn(&Audit<'a>) + Send + Sync + 'a>;

/// `cargo course verify [NN] [--times N]`
pub fn run(course: &Course, name: Option<&str>, times: usize) -> Outcome {
    let begun = Instant::now();
    let chosen: Vec<&Room> = match name {
        Some(name) => vec![course.find(name)?.room],
        None => course.exercises.iter().collect(),
    };
    let mut rooms = Vec::new();
    for room in chosen {
        let path = course.root.join(room.solution()).join("wrong.toml");
        let text =
            fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let wrong = WrongSubmissions::parse(&text)
            .map_err(|error| format!("{}: {error}", path.display()))?;
        rooms.push((room, wrong));
    }
    let audit = Audit {
        course,
        rooms,
        times,
        problems: Mutex::default(),
    };
    for (room, wrong) in &audit.rooms {
        texts::check(&audit, room, wrong);
    }
    let built = audit.build()?;
    let scratch = scratch::build(&audit)?;
    audit.judge_all(&built, &scratch);
    Ok(audit.print(begun))
}

impl<'a> Audit<'a> {
    fn problem(&self, name: &str, problem: impl Into<String>) {
        let mut problems = self.problems.lock().expect("no thread panics with it");
        problems
            .entry(name.to_string())
            .or_default()
            .push(problem.into());
    }

    /// Builds all starters, all solutions, and what judges them.
    fn build(&self) -> Result<Built, String> {
        let mut cargo = build::cargo(&self.course.root);
        cargo.args([
            "build",
            "--quiet",
            "--keep-going",
            "--bins",
            "--test",
            "tasks",
        ]);
        for (room, _) in &self.rooms {
            cargo.args(["--package", &room.package(), "--package", &solution(room)]);
        }
        build::run(&mut cargo)
    }

    fn judge_all(&'a self, built: &Built, scratch: &Built) {
        let mut jobs: Vec<Job> = Vec::new();
        for (room, wrong) in &self.rooms {
            let (starter, solved) = (room.package(), solution(room));
            let judge = built
                .artifacts
                .program(&solved, "tasks")
                .or(built.artifacts.program(&starter, "tasks"));
            let Some(judge) = judge.map(Path::to_path_buf) else {
                self.everywhere(room, "the tests do not compile");
                continue;
            };
            let program = |package: &str| {
                built
                    .artifacts
                    .program(package, package)
                    .map(Path::to_path_buf)
            };
            let folder = self.course.root.join(&room.folder);
            match program(&starter) {
                Some(server) => {
                    let (judge, folder) = (judge.clone(), folder.clone());
                    jobs.push(Box::new(move |audit| {
                        audit.starter(room, &judge, &server, &folder)
                    }));
                }
                None => self.everywhere(room, "the starter does not compile"),
            }
            let folder = self.course.root.join(room.solution());
            match program(&solved) {
                // Twice as often, with inputs of its own each time.
                Some(server) => (0..2 * self.times).for_each(|_| {
                    let (judge, server, folder) = (judge.clone(), server.clone(), folder.clone());
                    jobs.push(Box::new(move |audit| {
                        audit.solution(room, &judge, &server, &folder)
                    }));
                }),
                None => self.everywhere(room, "the solution does not compile"),
            }
            for wrong in &wrong.wrong {
                let name = scratch::package(room, wrong);
                let server = scratch
                    .artifacts
                    .program(&name, &name)
                    .map(Path::to_path_buf);
                let (judge, folder) = (judge.clone(), scratch::folder(self.course).join(&name));
                for _ in 0..self.times {
                    let (judge, server, folder) = (judge.clone(), server.clone(), folder.clone());
                    jobs.push(Box::new(move |audit| {
                        audit.wrong(room, wrong, &judge, server.as_deref(), &folder)
                    }));
                }
            }
        }
        // A judged server mostly waits, so a few more at once than there are processors.
        let threads = thread::available_parallelism().map_or(2, usize::from) * 2;
        let next = AtomicUsize::new(0);
        thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| {
                    while let Some(job) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
                        job(self);
                    }
                });
            }
        });
    }

    fn everywhere(&self, room: &Room, problem: &str) {
        for task in &room.exercise.tasks {
            self.problem(&room.name(task), problem);
        }
    }

    fn report(
        &self,
        judge: &Path,
        server: &Path,
        folder: &Path,
        filter: &[String],
    ) -> Result<Report, String> {
        judging::Run {
            judge,
            server,
            folder,
            seed: None,
            filter: filter.iter().map(Into::into).collect(),
        }
        .report()
    }

    fn starter(&self, room: &Room, judge: &Path, server: &Path, folder: &Path) {
        let report = match self.report(judge, server, folder, &[]) {
            Ok(report) => report,
            Err(problem) => return self.everywhere(room, &format!("starter: {problem}")),
        };
        for task in &room.exercise.tasks {
            for test in report.tests.iter().filter(|test| test.task == task.id) {
                let problem = match (task.falls_short.get(&test.name), test.passed) {
                    (Some(_), true) => "holds on the starter, but should not".to_string(),
                    (None, false) => {
                        format!("fails on the starter, but should not:\n{}", test.text())
                    }
                    (Some(sentence), false) if !test.text().contains(sentence) => {
                        format!(
                            "does not say {sentence:?} on the starter, but:\n{}",
                            test.text()
                        )
                    }
                    _ => continue,
                };
                self.problem(&room.name(task), format!("{} {problem}", test.name));
            }
        }
    }

    fn solution(&self, room: &Room, judge: &Path, server: &Path, folder: &Path) {
        let report = match self.report(judge, server, folder, &[]) {
            Ok(report) => report,
            Err(problem) => return self.everywhere(room, &format!("solution: {problem}")),
        };
        for task in &room.exercise.tasks {
            if !has_passed(task, &report) {
                let failed = report
                    .tests
                    .iter()
                    .filter(|test| test.task == task.id && !test.passed);
                let said: Vec<String> = failed
                    .map(|test| format!("{}\n{}", test.name, test.text()))
                    .collect();
                self.problem(
                    &room.name(task),
                    format!("the solution fails: {}", said.join("\n")),
                );
            }
        }
    }

    fn wrong(
        &self,
        room: &Room,
        wrong: &Wrong,
        judge: &Path,
        server: Option<&Path>,
        folder: &Path,
    ) {
        let name = format!("{}.{}", room.number, wrong.task);
        let problem = |problem: String| {
            self.problem(&name, format!("wrong submission {}: {problem}", wrong.name))
        };
        let Some(server) = server else {
            return problem("does not compile".into());
        };
        let filter = [
            "--exact".to_string(),
            format!("{}::{}", wrong.task, wrong.caught_by),
        ];
        let report = match self.report(judge, server, folder, &filter) {
            Ok(report) => report,
            Err(why) => return problem(why),
        };
        match report.tests.first() {
            None => problem(format!("there is no test {}", wrong.caught_by)),
            Some(test) if test.passed => problem(format!("{} does not catch it", wrong.caught_by)),
            Some(test) if !test.text().contains(&wrong.says) => {
                problem(format!(
                    "{} does not say {:?}, but:\n{}",
                    wrong.caught_by,
                    wrong.says,
                    test.text()
                ));
            }
            Some(_) => {}
        }
    }

    /// A line for each task, and the sum. Whether all is well.
    fn print(&self, begun: Instant) -> bool {
        let problems = self.problems.lock().expect("no thread panics with it");
        let (mut tasks, mut wrongs) = (0, 0);
        for (room, wrong) in &self.rooms {
            for task in &room.exercise.tasks {
                let name = room.name(task);
                let of_task = wrong
                    .wrong
                    .iter()
                    .filter(|wrong| wrong.task == task.id)
                    .count();
                tasks += 1;
                wrongs += of_task;
                say!("{}", line(&name, task, of_task, problems.get(&name)));
            }
        }
        let bad: usize = problems.values().map(Vec::len).sum();
        let sum = format!(
            "{}, {}, {}, {} seconds",
            count(tasks, "task"),
            count(wrongs, "wrong submission"),
            count(bad, "problem"),
            begun.elapsed().as_secs()
        );
        say!("{}", styled(if bad == 0 { GOOD } else { BAD }, sum));
        bad == 0
    }
}

fn line(name: &str, task: &Task, wrongs: usize, problems: Option<&Vec<String>>) -> String {
    let summary = format!(
        "{name:<18} starter falls short in {}, solution passes {}, {} caught",
        task.falls_short.len(),
        count(task.tests.len(), "test"),
        count(wrongs, "wrong submission"),
    );
    match problems {
        None => format!("{} {summary}", styled(GOOD, "ok ")),
        Some(problems) => {
            let lines = problems
                .iter()
                .map(|problem| format!("      {}", problem.replace('\n', "\n      ")));
            format!(
                "{} {name}\n{}",
                styled(BAD, "BAD"),
                lines.collect::<Vec<_>>().join("\n")
            )
        }
    }
}

fn solution(room: &Room) -> String {
    format!("solution-{}", room.number)
}

/// A file of the repository as text; empty when it is not there.
fn text_of(path: PathBuf) -> String {
    fs::read_to_string(path).unwrap_or_default()
}
