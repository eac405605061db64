//! The judge: what the test file of an exercise is written with.
//!
//! `exercises/NN-topic/tests/tasks.rs` lists its tests and calls [`judge`]. Each test gets a
//! [`Judge`]: it starts the student's server as a child process, asks it over HTTP, and says in a
//! [`Failure`] what was asked, what came, what was expected and why it matters. The verdict is made
//! here, in a process that runs none of the student's code.
//!
//! A test is a function from a [`Judge`] to a [`Verdict`]. `judge.get`, `judge.ask` and `judge.connect` start a server on a free port,
//! send a request and read the answer; `answer.must_be`, `must_have`, `must_say` and `must` hold it against what it should be. Their last argument is the one line that
//! matters: say what the difference means, not that there is one. `judge.listen` begins an answer that need not end: `stream.event` and `stream.must_tell` wait for its next server-sent event. That none
//! comes cannot be waited for; make one more happen, and see that it is the next. Draw inputs from `judge.draw`, so that no answer can be written into the code. A test does not sleep.
//!
//! The judge itself says when a server never listens, ends, floods its output, does not answer, answers without end, or announces a wrong length. It waits 5 seconds at most
//! for each answer, in all tests at once, so that its verdict on a server that hangs comes within 10. All that a server has started is gone afterwards; `tools/house/src/contain.rs` says how, and what is not contained on which system. Run it without
//! our tool by `cargo test -p exercise-00`, for a task by `cargo test -p exercise-00 head::`.
//!
//! Tests hold what stood before as well: a submission must not lose a limit, a refusal or the clean end that its starter has. What all servers promise stands in `tools/judge/src/standing.rs`
//! (ports, Ctrl-C, the longest request, a body that breaks off, a refusal that must not be lost); an exercise calls it with its own figures, in the task whose change is most likely to break it. These tests hold on the starter.
//!
//! | variable | meaning |
//! |---|---|
//! | `EXERCISE_SERVER` | the program to judge. Default: the package's own binary |
//! | `EXERCISE_SEED` | the number from which inputs are drawn. It is printed at each run |
//! | `EXERCISE_LAUNCHER` | what puts the server into a sandbox, a JSON array: a program and its arguments, behind which the server's path comes |
//! | `EXERCISE_FOLDER` | where a [`Folder`] is made. Default: the system's folder for temporary files |
//! | `EXERCISE_REPORT` | `stdout`: the results stand at the end of standard output, as JSON; [`run`] says how, and reads them |
//!
//! The verdict is what this process says, by its exit status and its report. What the student's program writes is shown and never read.

mod client;
mod connection;
mod draw;
mod failure;
mod folder;
pub mod format;
pub mod html;
pub mod report;
mod request;
pub mod run;
mod server;
pub mod standing;
mod stream;
pub mod submission;

use std::collections::hash_map::RandomState;
use std::env;
use std::hash::{BuildHasher, Hasher};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use house::contain;
use libtest_mimic::{Arguments, Trial};

pub use connection::{Answer, Wire};
pub use draw::Draw;
pub use failure::Failure;
pub use folder::Folder;
pub use request::{Request, encoded};
pub use server::Server;
pub use stream::{Event, Stream};

use format::Exercise;
use report::{Report, TestResult};
use server::Program;

/// How long a server may take to listen, and how long for each answer. It bounds a hang, it measures nothing.
pub const PATIENCE: Duration = Duration::from_secs(5);

/// How long a test may go on asking, when each answer takes its time.
const WHOLE: Duration = Duration::from_secs(20);

/// So soon the verdict comes on a server that hangs. One that answers late, again and again, takes longer.
const VERDICT: Duration = Duration::from_secs(10);

// All tests run at once, and none goes on behind an answer that did not come. Behind the wait, what a
// test has started must be gone; and at the end of the run, what all of them have.
const _: () = {
    let sweeps = 2 * contain::SWEEP.as_millis();
    assert!(server::LONGEST.as_millis() + sweeps <= VERDICT.as_millis());
};

/// What a test of an exercise comes to.
pub type Verdict = Result<(), Failure>;

/// A test of an exercise.
pub type Test = fn(&mut Judge) -> Verdict;

/// A test as [`judge`] takes it: the id of its task, its own name, the function.
pub type NamedTest = (&'static str, &'static str, Test);

/// The tests of an exercise, by task: `tests_of! { bytes: [a_sentence, another], head: [a_third] }`.
#[macro_export]
macro_rules! tests_of {
    ($($task:literal: [$($test:ident),+ $(,)?]),+ $(,)?) => {
        &[$($(($task, stringify!($test), $test as $crate::Test)),+),+]
    };
}

/// The path of the server in the same package, exercise or solution: what cargo calls its binary.
#[macro_export]
macro_rules! own_server {
    () => {
        env!(concat!("CARGO_BIN_EXE_", env!("CARGO_PKG_NAME")))
    };
}

/// What a test has in hand: the server, once it is started, and inputs that nobody could know.
#[derive(Debug)]
pub struct Judge {
    /// Where inputs come from.
    pub draw: Draw,
    /// From here comes who chooses a server's port.
    ports: Draw,
    /// And from here which client asks: in one test always the same.
    client: Draw,
    program: Program,
    env: Vec<(String, String)>,
    server: Option<Arc<Server>>,
    begun: Instant,
}

impl Judge {
    /// The server, which is started when it is first asked for.
    ///
    /// # Errors
    /// When it does not listen.
    pub fn server(&mut self) -> Result<Arc<Server>, Failure> {
        if let Some(server) = &self.server {
            return Ok(Arc::clone(server));
        }
        let server = Arc::new(Server::start(&self.program, &self.env, &mut self.ports)?);
        self.server = Some(Arc::clone(&server));
        Ok(server)
    }

    /// Sets a variable for the server, which starts anew at the next request.
    pub fn set(&mut self, name: &str, value: &str) {
        self.server = None;
        self.env.retain(|(known, _)| known != name);
        self.env.push((name.into(), value.into()));
    }

    /// Holds when the program does not start with this setting: it ends with status 2 and says why
    /// in a line, which must speak of `subject`.
    ///
    /// # Errors
    /// With `line` when it starts, or ends in another way.
    pub fn must_refuse_to_start(
        &mut self,
        (name, value): (&str, &str),
        subject: &str,
        line: &str,
    ) -> Verdict {
        let mut env = self.env.clone();
        env.push((name.into(), value.into()));
        Server::must_refuse_to_start(&self.program, &env, subject, line)
    }

    /// Presses Ctrl-C while `meanwhile` goes on, and holds that the server ends with status 0. On a
    /// system without signals only `meanwhile` is held.
    ///
    /// # Errors
    /// Those of `meanwhile`; or with `line` when the server does not end, or with another status.
    pub fn must_end_at_ctrl_c(
        &mut self,
        line: &str,
        meanwhile: impl FnOnce(&Server) -> Verdict,
    ) -> Verdict {
        let server = self.server()?;
        #[cfg(unix)]
        server.interrupt();
        meanwhile(&server)?;
        #[cfg(unix)]
        {
            // It has ended, and is not asked whether it still answers.
            self.server = None;
            server.must_end(line)
        }
        #[cfg(not(unix))]
        {
            let _ = line;
            Ok(())
        }
    }

    /// A new connection.
    ///
    /// # Errors
    /// When the server does not listen or takes no connection.
    pub fn connect(&mut self) -> Result<Wire, Failure> {
        let server = self.server()?;
        if self.begun.elapsed() > WHOLE {
            let seconds = WHOLE.as_secs();
            let came = format!("this test did not end within {seconds} seconds");
            return Err(Failure::new(
                came,
                "answers that come sooner",
                "The server answers too slowly.",
            ));
        }
        Wire::open(&server, self.client.clone())
    }

    /// Asks on a connection of its own. The request says `Connection: close`, so the answer must
    /// be all that comes, and the server must close behind it.
    ///
    /// # Errors
    /// When no such answer comes.
    pub fn ask(&mut self, request: &Request) -> Result<Answer, Failure> {
        let request = request.clone().header("Connection", "close");
        let mut wire = self.connect()?;
        wire.send(&request);
        wire.only_answer()
    }

    /// Asks for an answer that need not end, on a connection of its own, and reads its head.
    ///
    /// # Errors
    /// When no head comes.
    pub fn listen(&mut self, request: &Request) -> Result<Stream, Failure> {
        Stream::open(self.connect()?, request)
    }

    /// Asks for a target with GET.
    ///
    /// # Errors
    /// As [`Judge::ask`].
    pub fn get(&mut self, target: &str) -> Result<Answer, Failure> {
        self.ask(&Request::get(target))
    }
}

/// Runs the tests of an exercise as a `main` without libtest does, and reports them.
///
/// `exercise` is the text of `exercise.toml`; the tests must be those that it names.
pub fn judge(exercise: &str, own_server: &str, tests: &'static [NamedTest]) -> ExitCode {
    let mut arguments = Arguments::from_args();
    let exercise = match Exercise::parse(exercise).and_then(|exercise| {
        exercise.names_exactly(tests)?;
        Ok(Arc::new(exercise))
    }) {
        Ok(exercise) => exercise,
        Err(problem) => {
            eprintln!("exercise.toml: {problem}");
            return ExitCode::from(2);
        }
    };
    let seed = match env::var("EXERCISE_SEED").map(|seed| seed.parse()) {
        Ok(Ok(seed)) => seed,
        Ok(Err(_)) => {
            eprintln!("EXERCISE_SEED must be a number from 0 to {}.", u32::MAX);
            return ExitCode::from(2);
        }
        // Short, so that a person can type it.
        Err(_) => RandomState::new().build_hasher().finish() as u32,
    };
    let path = env::var_os("EXERCISE_SERVER").unwrap_or(own_server.into());
    let launcher = env::var("EXERCISE_LAUNCHER").map(|launcher| serde_json::from_str(&launcher));
    let Ok(launcher) = launcher.unwrap_or(Ok(Vec::new())) else {
        eprintln!("EXERCISE_LAUNCHER must be a JSON array of strings.");
        return ExitCode::from(2);
    };
    let program = Program {
        path: PathBuf::from(path),
        launcher,
    };
    contain::guard();
    let report_to = match run::Channel::open() {
        Ok(channel) => channel,
        Err(problem) => {
            eprintln!("EXERCISE_REPORT: {problem}");
            return ExitCode::from(2);
        }
    };
    if let Err(problem) = contain::prepare() {
        eprintln!("{problem}");
        return ExitCode::from(2);
    }
    let results = Arc::new(Mutex::new(Vec::new()));
    let trials = tests.iter().map(|&(task, name, test)| {
        let (exercise, results) = (Arc::clone(&exercise), Arc::clone(&results));
        let program = program.clone();
        Trial::test(format!("{task}::{name}"), move || {
            let mut judge = Judge {
                draw: Draw::new(seed, name),
                ports: Draw::new(seed, &format!("{name}, ports")),
                client: Draw::new(seed, &format!("{name}, client")),
                program,
                env: Vec::new(),
                server: None,
                begun: Instant::now(),
            };
            let verdict = test(&mut judge).and_then(|()| still_fine(&judge));
            drop(judge);
            let result = TestResult::new(&exercise, task, name, seed, verdict.err());
            let text = result.text();
            let passed = result.passed;
            results
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(result);
            match passed {
                true => Ok(()),
                false => Err(text.into()),
            }
        })
    });
    // The tests wait more than they work. They begin at once, so that a server which says nothing is
    // waited for by all of them together.
    arguments.test_threads.get_or_insert(tests.len());
    if !arguments.list {
        eprintln!("seed {seed} (EXERCISE_SEED={seed} draws the same inputs again)");
    }
    let conclusion = libtest_mimic::run(&arguments, trials.collect());
    contain::end_all();
    if let Some(channel) = report_to {
        let mut results =
            std::mem::take(&mut *results.lock().unwrap_or_else(PoisonError::into_inner));
        results.sort_by_key(|result| tests.iter().position(|(_, name, _)| *name == result.name));
        let report = Report::new(&exercise, seed, results);
        if let Err(error) = channel.send(&report) {
            eprintln!("The report cannot be written: {error}");
            return ExitCode::from(2);
        }
    }
    conclusion.exit_code()
}

/// After its answers, a server must still be there and must not have flooded its output.
fn still_fine(judge: &Judge) -> Verdict {
    judge
        .server
        .as_ref()
        .map_or(Ok(()), |server| server.still_fine())
}
