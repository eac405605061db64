//! The command line, and the work on many submissions at once.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

use clap::{Parser, Subcommand, ValueEnum};

use crate::course::Course;
use crate::formats::{self, Format};
use crate::grade::{Grader, Intake};
use crate::intake::{self, Submission};
use crate::package;
use crate::prepare::{Workshop, digest, write};
use crate::queue::Queue;
use crate::sandbox::{self, Sandbox};
use crate::sources;
use crate::verdict::{Status, Verdict};

/// Grades submissions
///
/// Each is a folder, a zip, tar or tar.gz file or a single source, as students hand them in; or a folder that holds
/// them. Only what the exercise allows is taken. Everything is built and run in a sandbox.
///
/// Exit status: 0 when every submission has a verdict, 1 when one has none, 2 when nothing could be graded.
#[derive(Parser)]
#[command(
    name = "cargo grade",
    bin_name = "cargo grade",
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true
)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,

    /// What was handed in
    #[arg(required = true, value_name = "SUBMISSIONS")]
    submissions: Vec<PathBuf>,

    /// The exercise that they are of [default: each says it by its manifest or its folders]
    #[arg(long, value_name = "NN")]
    exercise: Option<String>,

    /// Each path is one submission, whatever it looks like, and no folder of them
    #[arg(long)]
    one: bool,

    /// In which forms the verdicts are written, several with commas between them
    #[arg(
        long,
        value_name = "FORMAT",
        value_enum,
        value_delimiter = ',',
        default_value = "table"
    )]
    format: Vec<Format>,

    /// The folder that they are written to; what is there of an earlier run is not done again
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,

    /// Draw the inputs from these numbers again: a results.json of an earlier run
    #[arg(long, value_name = "REPORT")]
    again: Option<PathBuf>,

    /// Grade what has a verdict in the folder, too
    #[arg(long)]
    fresh: bool,

    /// Have workers on other machines do it, through a NATS server with JetStream
    #[arg(long, value_name = "URL")]
    queue: Option<String>,

    #[command(flatten)]
    here: Here,

    /// The folder of the course [default: the one that this tool was built in]
    #[arg(long, value_name = "FOLDER", hide = true)]
    repository: Option<PathBuf>,
}

/// How this machine grades.
#[derive(clap::Args)]
struct Here {
    /// How many at once [default: as many as there are processors]
    #[arg(long, value_name = "NUMBER")]
    jobs: Option<usize>,

    /// Where submissions are laid out while they are judged [default: the system's folder for that]
    #[arg(long, value_name = "FOLDER")]
    scratch: Option<PathBuf>,

    /// Build and run what strangers have written as if you had written it; for a machine that holds nothing else
    #[arg(long)]
    unsafe_no_sandbox: bool,
}

#[derive(Subcommand)]
enum Command {
    /// Grade what another machine hands out, until it is ended
    Worker {
        /// The NATS server
        #[arg(long, value_name = "URL")]
        queue: String,

        #[command(flatten)]
        here: Here,
    },
    /// Build what is built once for an exercise, so that the first submission need not wait
    Prepare {
        #[arg(long, value_name = "NN")]
        exercise: String,
    },
    /// Pack the grader for another system
    Package {
        system: System,
        #[arg(long, value_name = "NN")]
        exercise: String,
        /// Where to
        #[arg(long, value_name = "FILE", default_value = "autograder.zip")]
        output: PathBuf,
    },
}

/// What the grader can be packed for.
#[derive(Clone, Copy, ValueEnum)]
enum System {
    /// autograder.zip, with setup.sh and run_autograder
    Gradescope,
    /// A zip with autograder.py, to be unpacked into the assignment's folder of autograders
    Classroom50,
}

pub fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(problem) => {
            anstream::eprintln!("{problem}");
            ExitCode::from(2)
        }
    }
}

fn run(arguments: Arguments) -> Result<bool, String> {
    let built_in = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let course = Course::open(&arguments.repository.unwrap_or(built_in))?;
    match arguments.command {
        None => {}
        Some(Command::Worker { queue, here }) => {
            let (sandbox, workshop) = (here.sandbox()?, Workshop::open(&course)?);
            let grader = Grader::new(&workshop, &sandbox, here.scratch());
            return Queue::open(&queue)?
                .work(&grader, &workshop, here.jobs())
                .map(|()| true);
        }
        Some(Command::Prepare { exercise }) => {
            Workshop::open(&course)?.prepare(course.find(&exercise)?)?;
            return Ok(true);
        }
        Some(Command::Package {
            system,
            exercise,
            output,
        }) => {
            let scripts = match system {
                System::Gradescope => package::GRADESCOPE,
                System::Classroom50 => package::CLASSROOM50,
            };
            let (workshop, pristine) = (Workshop::open(&course)?, course.find(&exercise)?);
            package::package(&workshop, pristine, scripts, &output)?;
            return Ok(true);
        }
    }
    let workshop = Workshop::open(&course)?;
    let submissions = intake::find(&arguments.submissions, arguments.one)?;
    if submissions.is_empty() {
        return Err("There are no submissions there.".into());
    }
    let intake = Intake {
        workshop: &workshop,
        exercise: arguments
            .exercise
            .as_deref()
            .map(|name| course.find(name))
            .transpose()?,
        seeds: arguments
            .again
            .as_deref()
            .map(seeds)
            .transpose()?
            .unwrap_or_default(),
    };
    let store = Store {
        out: arguments.out.clone(),
        fresh: arguments.fresh || arguments.again.is_some(),
    };
    let verdicts = match &arguments.queue {
        Some(url) => Queue::open(url)?.grade(&intake, &submissions, &store)?,
        None => {
            let sandbox = arguments.here.sandbox()?;
            let grader = Grader::new(&workshop, &sandbox, arguments.here.scratch());
            let jobs = arguments.here.jobs().min(submissions.len());
            all(&grader, &intake, &submissions, jobs, &store)?
        }
    };
    let verdicts = formats::flagged(verdicts);
    if arguments.format.contains(&Format::Dolos) {
        let out = arguments.out.as_deref();
        let out = out.ok_or("`--format dolos` needs a folder: --out FOLDER.")?;
        sources::write(&intake, &submissions, out)?;
    }
    for format in &arguments.format {
        formats::write(*format, &verdicts, arguments.out.as_deref())?;
    }
    Ok(verdicts
        .iter()
        .all(|verdict| verdict.status != Status::Error))
}

impl Here {
    fn sandbox(&self) -> Result<Sandbox, String> {
        sandbox::tidy(&self.scratch());
        if self.unsafe_no_sandbox {
            anstream::eprintln!("{}", sandbox::OPEN_TO);
            return Sandbox::none();
        }
        Sandbox::open().map_err(|problem| {
            format!("There is no sandbox on this machine, and without one no submission is built or run. {problem}\nLinux 5.13 and later has one (Landlock and seccomp); a container of `rust:1` on such a kernel has it, too.")
        })
    }

    fn scratch(&self) -> PathBuf {
        self.scratch.clone().unwrap_or_else(std::env::temp_dir)
    }

    fn jobs(&self) -> usize {
        let processors = thread::available_parallelism().map_or(2, usize::from);
        self.jobs.unwrap_or(processors).clamp(1, 64)
    }
}

/// The seeds of an earlier run, by submission.
fn seeds(report: &Path) -> Result<HashMap<String, u32>, String> {
    let text =
        fs::read_to_string(report).map_err(|error| format!("{}: {error}", report.display()))?;
    let verdicts: Vec<Verdict> =
        serde_json::from_str(&text).map_err(|error| format!("{}: {error}", report.display()))?;
    let seeds = verdicts
        .into_iter()
        .filter_map(|verdict| Some((verdict.submission, verdict.seed?)));
    Ok(seeds.collect())
}

/// Where verdicts are kept, one by one, so that a run that was cut off can go on.
pub struct Store {
    out: Option<PathBuf>,
    pub fresh: bool,
}

impl Store {
    fn file(&self, submission: &Submission) -> Option<PathBuf> {
        let name = digest([
            submission.name.as_bytes(),
            submission.path.as_os_str().as_encoded_bytes(),
        ]);
        Some(
            self.out
                .as_ref()?
                .join("verdicts")
                .join(format!("{}.json", &name[..32])),
        )
    }

    /// The verdict on the same content.
    pub fn known(&self, submission: &Submission, digest: &str) -> Option<Verdict> {
        if self.fresh {
            return None;
        }
        let text = fs::read_to_string(self.file(submission)?).ok()?;
        let verdict: Verdict = serde_json::from_str(&text).ok()?;
        (verdict.digest == digest && verdict.status == Status::Graded).then_some(verdict)
    }

    /// Keeps one: beside, and renamed, so that it is there whole or not at all.
    pub fn keep(&self, submission: &Submission, verdict: &Verdict) -> Result<(), String> {
        let Some(file) = self.file(submission) else {
            return Ok(());
        };
        let text = serde_json::to_string_pretty(verdict).map_err(|error| error.to_string())?;
        write_whole(&file, text.as_bytes())
    }
}

/// Writes a file so that it is there whole or not at all.
pub fn write_whole(file: &Path, bytes: &[u8]) -> Result<(), String> {
    let half = file.with_extension(format!("{}.half", std::process::id()));
    write(&half, bytes)?;
    fs::rename(&half, file)
        .map_err(|error| format!("{} cannot be written: {error}.", file.display()))
}

/// Grades all, several at once.
fn all(
    grader: &Grader,
    intake: &Intake,
    submissions: &[Submission],
    jobs: usize,
    store: &Store,
) -> Result<Vec<Verdict>, String> {
    let begun = Instant::now();
    let next = AtomicUsize::new(0);
    let done: Mutex<BTreeMap<usize, Verdict>> = Mutex::default();
    let trouble: Mutex<Option<String>> = Mutex::default();
    thread::scope(|scope| {
        for worker in 0..jobs {
            let (next, done, trouble) = (&next, &done, &trouble);
            scope.spawn(move || {
                while let Some((at, submission)) = take(submissions, next) {
                    let verdict = match intake.take(submission) {
                        Err(verdict) => *verdict,
                        Ok(job) => store
                            .known(submission, &job.verdict.digest)
                            .unwrap_or_else(|| grader.grade(job, worker)),
                    };
                    if let Err(problem) = store.keep(submission, &verdict) {
                        trouble
                            .lock()
                            .expect("no thread panics with it")
                            .get_or_insert(problem);
                        return;
                    }
                    let mut done = done.lock().expect("no thread panics with it");
                    done.insert(at, verdict);
                    progress(&done[&at], done.len(), submissions.len(), begun);
                }
            });
        }
    });
    if let Some(problem) = trouble.into_inner().expect("no thread panics with it") {
        return Err(problem);
    }
    Ok(done
        .into_inner()
        .expect("no thread panics with it")
        .into_values()
        .collect())
}

fn take<'a>(submissions: &'a [Submission], next: &AtomicUsize) -> Option<(usize, &'a Submission)> {
    let at = next.fetch_add(1, Ordering::Relaxed);
    Some((at, submissions.get(at)?))
}

/// Where the work is, for a person who waits.
pub fn progress(verdict: &Verdict, done: usize, all: usize, begun: Instant) {
    let mut stderr = std::io::stderr();
    if !stderr.is_terminal() {
        return;
    }
    let left = begun.elapsed().as_secs_f64() / done as f64 * (all - done) as f64;
    let bar = "█".repeat(done * 24 / all) + &"░".repeat(24 - done * 24 / all);
    let end = if done == all { "\n" } else { "" };
    let _ = write!(
        stderr,
        "\r\u{1b}[K{bar} {done}/{all}, {left:.0} s left  {}{end}",
        verdict.submission
    );
}
