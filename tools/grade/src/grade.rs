//! One submission, from what was handed in to its verdict.

use std::collections::HashMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use judge::run;
use serde::{Deserialize, Serialize};

use crate::clean;
use crate::course::Pristine;
use crate::intake::{self, Submission, Taken, Trouble};
use crate::jail::{Kind, OPEN};
use crate::prepare::{Call, Workshop, digest};
use crate::sandbox::{Excess, Limits, MIB, Place, Sandbox, end_group, watch};
use crate::verdict::{LeftOut, Status, Verdict};

/// What building may take. It is processor time that ends an endless compilation, see [`Sandbox::jail`]; the
/// clock is far behind it, so that nobody loses points because a machine is busy.
const BUILD: Limits = Limits {
    time: Duration::from_secs(240),
    memory: 3072 * MIB,
    disk: 512 * MIB,
    threads: 400,
};
/// What all servers of a run may take together. Each test has a server of its own, and they run at once.
const RUN: Limits = Limits {
    time: Duration::from_secs(45),
    memory: 1536 * MIB,
    disk: 64 * MIB,
    threads: 2_000,
};
/// Of what the compiler says, so much is read.
const WORDS: u64 = 256 * 1024;

/// What takes submissions in.
pub struct Intake<'a> {
    pub workshop: &'a Workshop<'a>,
    /// The exercise that all are of, if that was said.
    pub exercise: Option<&'a Pristine>,
    /// Inputs are drawn from these, by submission; for others from a number of its own.
    pub seeds: HashMap<String, u32>,
}

/// What there is to judge of a submission. It may travel to another machine.
#[derive(Debug, Deserialize, Serialize)]
pub struct Job {
    /// `05`
    pub exercise: String,
    pub taken: Taken,
    seed: Option<u32>,
    /// What is known before it is judged.
    pub verdict: Verdict,
}

impl Intake<'_> {
    /// Takes a submission. One that cannot be judged has its verdict at once.
    pub fn take(&self, submission: &Submission) -> Result<Job, Box<Verdict>> {
        let course = self.workshop.course;
        let taken = intake::take(course, self.exercise, submission);
        let named = taken
            .as_ref()
            .ok()
            .and_then(|(number, _)| course.find(number).ok());
        let pristine = named.or(self.exercise).unwrap_or(&course.exercises[0]);
        let mut verdict = Verdict::new(&submission.name, pristine);
        if named.or(self.exercise).is_none() {
            (verdict.exercise, verdict.max) = (String::new(), 0.0);
        }
        match taken {
            Err(Trouble::Refused(reason)) => {
                verdict.stop(Status::Rejected, &reason);
                Err(Box::new(verdict))
            }
            Err(Trouble::Error(reason)) => {
                verdict.stop(Status::Error, &reason);
                Err(Box::new(verdict))
            }
            Ok((exercise, taken)) => {
                verdict.digest = self.workshop.digest(pristine, &taken);
                let left_out = taken.left_out.iter();
                verdict.left_out = left_out
                    .map(|file| LeftOut {
                        path: clean::line(&file.path),
                        reason: clean::line(&file.reason),
                    })
                    .collect();
                verdict.flags.clone_from(&taken.flags);
                let seed = self.seeds.get(&submission.name).copied();
                Ok(Job {
                    exercise,
                    taken,
                    seed,
                    verdict,
                })
            }
        }
    }
}

impl Workshop<'_> {
    /// What would lead to the same verdict, but for the inputs that are drawn.
    fn digest(&self, pristine: &Pristine, taken: &Taken) -> String {
        let manifest = taken.manifest.to_string();
        let own = pristine
            .files
            .iter()
            .flat_map(|(file, bytes)| [file.as_bytes(), bytes.as_slice()]);
        let theirs = taken
            .files
            .iter()
            .flat_map(|(file, bytes)| [file.as_bytes(), bytes.as_slice()]);
        let rest = [
            manifest.as_bytes(),
            self.compiler.as_bytes(),
            env!("CARGO_PKG_VERSION").as_bytes(),
        ];
        digest(own.chain(theirs).chain(rest))
    }

    /// Whether a job is of the course and of the compiler that are here.
    pub fn fits(&self, job: &Job) -> bool {
        let pristine = self.course.find(&job.exercise);
        pristine.is_ok_and(|pristine| self.digest(pristine, &job.taken) == job.verdict.digest)
    }
}

/// What grades.
pub struct Grader<'a> {
    workshop: &'a Workshop<'a>,
    sandbox: &'a Sandbox,
    /// Where submissions are laid out.
    scratch: PathBuf,
    judges: Mutex<HashMap<String, Result<PathBuf, String>>>,
    calls: Mutex<HashMap<String, Result<Call, String>>>,
}

impl<'a> Grader<'a> {
    pub fn new(workshop: &'a Workshop<'a>, sandbox: &'a Sandbox, scratch: PathBuf) -> Grader<'a> {
        Grader {
            workshop,
            sandbox,
            scratch,
            judges: Mutex::default(),
            calls: Mutex::default(),
        }
    }

    /// Builds and judges what was taken of a submission.
    pub fn grade(&self, job: Job, worker: usize) -> Verdict {
        let begun = Instant::now();
        let mut verdict = job.verdict.clone();
        verdict.layers.clone_from(&self.sandbox.layers);
        if self.sandbox.is_open {
            verdict.flags.push("graded without a sandbox".into());
        }
        let pristine = self.workshop.course.find(&job.exercise);
        if let Err(problem) =
            pristine.and_then(|pristine| self.judge(pristine, &job, worker, &mut verdict))
        {
            verdict.stop(Status::Error, &problem);
        }
        self.sandbox.sweep(worker);
        // What was built for all of them is nobody's.
        let seconds = verdict.seconds + begun.elapsed().as_secs_f64();
        verdict.seconds = (seconds * 100.0).round() / 100.0;
        verdict
    }

    /// An error is the grader's.
    fn judge(
        &self,
        pristine: &Pristine,
        job: &Job,
        worker: usize,
        verdict: &mut Verdict,
    ) -> Result<(), String> {
        let taken = &job.taken;
        let waited = Instant::now();
        let judge = once(&self.judges, &pristine.number, || {
            self.workshop.judge(pristine)
        })?;
        let manifest = taken.manifest.to_string();
        let own = pristine.manifest().parse().unwrap_or_default();
        let call = once(&self.calls, &manifest, || {
            self.workshop.call(pristine, &taken.manifest)
        });
        let call = match call {
            Ok(call) => call,
            // The course's own must be right; what a student asks of a crate need not be there.
            Err(problem) if taken.manifest != own => {
                verdict.fail(
                    pristine,
                    "Its Cargo.toml asks for what cannot be built.",
                    &problem,
                );
                return Ok(());
            }
            Err(problem) => return Err(problem),
        };
        verdict.seconds = -waited.elapsed().as_secs_f64();
        let mut files: Vec<(String, Vec<u8>)> = pristine
            .starter()
            .map(|(file, bytes)| (file.clone(), bytes.clone()))
            .collect();
        files.retain(|(file, _)| !taken.files.contains_key(file));
        files.extend(
            taken
                .files
                .iter()
                .map(|(file, bytes)| (file.clone(), bytes.clone())),
        );
        files.push(("Cargo.toml".into(), manifest.into_bytes()));
        let user = self.sandbox.user(worker);
        let place = Place::new(&self.scratch, user, &files)?;
        if let Some(failure) = self.build(&call, &place)? {
            verdict.fail(pristine, &failure.line, &failure.words);
            verdict.seed = None;
            return Ok(());
        }
        self.run(&judge, &place, pristine, job.seed, worker, verdict)
    }

    /// Compiles the student's crate. None is success; an error is the grader's.
    fn build(&self, call: &Call, place: &Place) -> Result<Option<Failure>, String> {
        let mut view = crate::jail::View::system();
        view.run.push(self.workshop.sysroot.clone());
        view.read.extend([self.workshop.crates(), place.home()]);
        view.write.extend([place.out(), place.tmp()]);
        let jail = self.sandbox.jail(Kind::Compiler, view, None);
        let compiler = self.workshop.sysroot.join("bin").join("rustc");
        let mut command = self.sandbox.command(&jail, compiler.as_os_str());
        for (name, value) in &call.variables {
            let own = match name.as_str() {
                "CARGO_MANIFEST_DIR" => place.home().display().to_string(),
                "CARGO_MANIFEST_PATH" => place.home().join("Cargo.toml").display().to_string(),
                _ => value.clone(),
            };
            command.env(name, own);
        }
        command
            .args(arguments(&call.arguments, &place.program()))
            .env("TMPDIR", place.tmp())
            .current_dir(place.home())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        let mut child = command
            .spawn()
            .map_err(|error| format!("The compiler cannot be started: {error}."))?;
        let stderr = child.stderr.take();
        let words = thread::spawn(move || {
            let mut words = Vec::new();
            if let Some(mut stderr) = stderr {
                let _ = stderr.by_ref().take(WORDS).read_to_end(&mut words);
                let _ = std::io::copy(&mut stderr, &mut std::io::sink());
            }
            words
        });
        let excess = watch(&mut child, BUILD, place, false);
        end_group(child.id());
        let status = child.wait().map_err(|error| error.to_string())?;
        let words = words.join().unwrap_or_default();
        let words = String::from_utf8_lossy(&words).into_owned();
        if status.code() == Some(i32::from(OPEN)) {
            return Err(words.trim().to_string());
        }
        let is_file = fs::symlink_metadata(place.program()).is_ok_and(|file| file.is_file());
        if status.success() && is_file && excess.is_none() {
            return Ok(None);
        }
        // The words may be the submission's.
        if words.contains("No space left on device") && self.is_disk_full() {
            return Err("The disk is full.".into());
        }
        let line = match excess {
            Some(excess) => format!("It does not compile: {}.", excess.words()),
            None if status.code().is_none() => "It does not compile: the compiler was ended, since it took too long or too much memory.".into(),
            None => "It does not compile.".into(),
        };
        Ok(Some(Failure { line, words }))
    }

    fn is_disk_full(&self) -> bool {
        rustix::fs::statvfs(&self.scratch)
            .is_ok_and(|disk| disk.f_bavail * disk.f_frsize < 64 * MIB)
    }

    /// Has the server judged. The judge is outside of the sandbox, its servers are in it.
    fn run(
        &self,
        judge: &Path,
        place: &Place,
        pristine: &Pristine,
        seed: Option<u32>,
        worker: usize,
        verdict: &mut Verdict,
    ) -> Result<(), String> {
        let mut view = crate::jail::View::libraries();
        view.run.push(place.program());
        view.write.extend([place.home(), place.shared()]);
        let server = self
            .sandbox
            .jail(Kind::Server, view, self.sandbox.user(worker));
        let launcher = serde_json::to_string(&self.sandbox.launcher(&server))
            .map_err(|error| error.to_string())?;
        let warden = self
            .sandbox
            .jail(Kind::Judge, crate::jail::View::default(), None);
        let warden = self.sandbox.launcher(&warden);
        let mut command = Command::new(&warden[0]);
        command
            .args(&warden[1..])
            .arg(judge)
            .env_clear()
            .env("PATH", "/usr/local/bin:/usr/bin:/bin")
            .env("HOME", place.home())
            .env("LANG", "C.UTF-8")
            .env("EXERCISE_SERVER", place.program())
            .env("EXERCISE_LAUNCHER", launcher)
            .env("EXERCISE_FOLDER", place.shared())
            .current_dir(place.home());
        if let Some(seed) = seed {
            command.env("EXERCISE_SEED", seed.to_string());
        }
        let mut running = run::start(command)?;
        let excess = watch(running.process(), RUN, place, true);
        let report = running.report();
        if excess == Some(Excess::Time) {
            verdict.fail(
                pristine,
                "Judging its server took too long: it answers too slowly.",
                "",
            );
            return Ok(());
        }
        let report = report?;
        let names = pristine.exercise.tasks.iter().flat_map(|task| {
            let tests = task.tests.iter();
            tests.map(|test| (task.id.as_str(), test.as_str()))
        });
        if !report.holds_exactly(names) || report.exercise != pristine.exercise.topic {
            return Err("The judge did not finish: not all tests were run.".into());
        }
        verdict.judge(pristine, &report);
        if let Some(excess) = excess {
            verdict
                .flags
                .push(format!("its servers were ended: {}", excess.words()));
        }
        Ok(())
    }
}

/// Why there is no server.
struct Failure {
    line: String,
    words: String,
}

/// The compiler's arguments, for a submission: one program in one place, and words for people.
fn arguments(recorded: &[String], program: &Path) -> Vec<String> {
    let mut arguments = Vec::new();
    let mut recorded = recorded.iter();
    while let Some(argument) = recorded.next() {
        match argument.as_str() {
            "--out-dir" => drop(recorded.next()),
            "-C" => match recorded.next() {
                Some(option)
                    if option.starts_with("extra-filename")
                        || option.starts_with("incremental") => {}
                Some(option) => arguments.extend(["-C".to_string(), option.clone()]),
                None => {}
            },
            option
                if ["--emit", "--error-format", "--json", "--diagnostic-width"]
                    .iter()
                    .any(|name| option.starts_with(name)) => {}
            other => arguments.push(other.to_string()),
        }
    }
    arguments.extend([
        "--emit=link".into(),
        "--color=never".into(),
        "-Awarnings".into(),
        "-o".into(),
    ]);
    arguments.push(program.display().to_string());
    arguments
}

/// Makes a thing once, however many ask for it.
fn once<T: Clone>(
    made: &Mutex<HashMap<String, Result<T, String>>>,
    key: &str,
    make: impl FnOnce() -> Result<T, String>,
) -> Result<T, String> {
    let mut made = made.lock().unwrap_or_else(PoisonError::into_inner);
    made.entry(key.to_string()).or_insert_with(make).clone()
}
