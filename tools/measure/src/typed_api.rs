//! How many requests a second lesson 09 answers, beside the FastAPI program that it ports.
//!
//! The original is run by uvicorn with two workers. Each worker has a store of its own, so the item
//! that is asked for is put into both first.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use house::build::cargo;
use house::files::temporary;
use house::start::free_address;

use crate::running::Running;
use crate::wrk::{self, CALLED, ROUNDS, Run};
use crate::{machine, report};

/// What is asked: how the table calls it, and the request.
struct Question {
    name: &'static str,
    method: &'static str,
    target: &'static str,
    body: &'static str,
    status: u16,
}

const KEPT: &str = r#"{"name": "Item1", "price": 12.34, "description": "Rusty old bucket"}"#;

const QUESTIONS: [Question; 2] = [
    Question {
        name: "`POST /items/new/` with a wrong price: 422",
        method: "POST",
        target: "/items/new/",
        body: r#"{"name": "Item2", "price": "Not a number"}"#,
        status: 422,
    },
    Question {
        name: "`GET /items/Item1/`",
        method: "GET",
        target: "/items/Item1/",
        body: "",
        status: 200,
    },
];

/// Which processors they run on.
struct Arrangement {
    words: &'static str,
    /// The processor of the server and that of wrk; `None` when the system gives them out.
    processors: Option<[&'static str; 2]>,
}

const ARRANGEMENTS: [Arrangement; 2] = [
    Arrangement {
        words: "requests a second, server and wrk on the same two processors",
        processors: None,
    },
    Arrangement {
        words: "requests a second, the server on one processor and wrk on the other",
        processors: Some(["0", "1"]),
    },
];

const WORKERS: &str = "2";
/// How long a server may take to be ready.
const PATIENCE: Duration = Duration::from_secs(60);
/// So many right answers on new connections in a row: then every worker has the item.
const IN_A_ROW: usize = 60;

/// Runs wrk against them in turn, several times over.
///
/// # Errors
/// When wrk, taskset or the original is missing, or the two do not answer alike.
pub fn measure(python: &Path, original: &Path) -> Result<(), String> {
    let program = build()?;
    let mut tables = Vec::new();
    let mut costs = Vec::new();
    for arrangement in &ARRANGEMENTS {
        let servers = [
            fastapi(arrangement, python, original)?,
            lesson(arrangement, &program)?,
        ];
        for server in &servers {
            prepare(server)?;
        }
        let mut rates = Vec::new();
        for question in &QUESTIONS {
            let runs = rounds(arrangement, &servers, question)?;
            let [theirs, ours] = &runs;
            let row = |shown: fn(&[Run]) -> String, times: f64| {
                let times = format!("{times:.1}");
                let name = question.name.to_string();
                vec![name, shown(theirs), shown(ours), times]
            };
            let rate = |runs: &[Run]| report::thousands(wrk::median(runs, |run| run.rate) as u64);
            let cost = |runs: &[Run]| format!("{:.1}", wrk::median(runs, |run| run.cost));
            rates.push(row(rate, wrk::ratio(ours, theirs, |run| run.rate)));
            if arrangement.processors.is_none() {
                costs.push(row(cost, wrk::ratio(theirs, ours, |run| run.cost)));
            }
        }
        tables.push(report::bare_table(&head(arrangement.words), &rates));
    }
    tables.push(report::bare_table(
        &head("processor time of the server for a request, in µs"),
        &costs,
    ));
    let text = format!(
        "{}\nLesson 09 is what `cargo build --release -p lesson-09` makes, with its items in SQLite in memory; FastAPI runs under uvicorn \
         (httptools, uvloop) with {WORKERS} workers and without access log, its items in mongomock. Asked by `{CALLED}`, \
         in {ROUNDS} rounds by turns: the medians of the rates, of the processor times (those with both processors for all), and of the ratios of each round. {}\n",
        tables.join("\n"),
        machine::description()
    );
    println!("{text}");
    report::write("09-throughput.md", &text)
}

fn head(first: &str) -> [&str; 4] {
    [first, "FastAPI", "lesson 09", "times"]
}

/// Asks each server in turn, several times over. For each, its runs.
fn rounds(
    arrangement: &Arrangement,
    servers: &[Running; 2],
    question: &Question,
) -> Result<[Vec<Run>; 2], String> {
    alike(servers, question)?;
    let mut runs = [const { Vec::new() }; 2];
    for round in 1..=ROUNDS {
        for (server, runs) in servers.iter().zip(&mut runs) {
            let run = wrk(arrangement, server, question)?;
            let (asked, name) = (question.name, server.name);
            println!(
                "round {round}: {asked}: {name}: {:.0} requests/s, {:.1} us each",
                run.rate, run.cost
            );
            runs.push(run);
        }
    }
    Ok(runs)
}

impl Arrangement {
    /// A command that starts the program on the processor of the server (0) or of wrk (1).
    fn command(&self, which: usize, program: impl AsRef<OsStr>) -> Command {
        let Some(processors) = self.processors else {
            return Command::new(program);
        };
        let mut command = Command::new("taskset");
        command.args(["-c", processors[which]]).arg(program);
        command
    }
}

/// The lesson as a student builds it, in a folder of its own: with the features that it asks for.
/// In a build of the whole workspace, axum has those too that another package has turned on.
fn build() -> Result<PathBuf, String> {
    let folder = house::root().join("target/alone");
    let status = cargo(&house::root())
        .args(["build", "--release", "--locked", "-p", "lesson-09"])
        .args(["--bin", "lesson-09", "--target-dir"])
        .arg(&folder)
        .status()
        .map_err(|error| format!("cargo: {error}"))?;
    match status.success() {
        true => Ok(folder.join(format!("release/lesson-09{}", std::env::consts::EXE_SUFFIX))),
        false => Err("lesson 09 does not build: see cargo's words above".into()),
    }
}

fn lesson(arrangement: &Arrangement, program: &Path) -> Result<Running, String> {
    Running::ours("lesson 09", &mut arrangement.command(0, program))
}

fn fastapi(arrangement: &Arrangement, python: &Path, original: &Path) -> Result<Running, String> {
    let address = free_address()?;
    let port = address.port().to_string();
    let mut uvicorn = arrangement.command(0, python);
    uvicorn
        .args(["-B", "-m", "uvicorn", "server:app"])
        .args(["--host", "127.0.0.1", "--port", &port])
        .args(["--workers", WORKERS, "--no-access-log"])
        .args(["--log-level", "error"])
        .current_dir(original)
        .env("PORT", &port);
    Running::at(address, "FastAPI", &mut uvicorn)
}

/// Puts the item into every store there is.
fn prepare(server: &Running) -> Result<(), String> {
    let begun = Instant::now();
    let mut right = 0;
    while right < IN_A_ROW {
        if begun.elapsed() > PATIENCE {
            return Err(format!("{} is not ready", server.name));
        }
        let keep = server.ask("POST", "/items/new/", KEPT);
        let found = server.ask("GET", "/items/Item1/", "");
        match (keep, found) {
            (Ok(_), Ok(answer)) if answer.status == 200 => right += 1,
            _ => {
                right = 0;
                std::thread::sleep(Duration::from_millis(50)); // it starts, or has another store
            }
        }
    }
    Ok(())
}

/// All must give the same answer, or the race is none. Refusals may differ in their words.
fn alike(servers: &[Running], question: &Question) -> Result<(), String> {
    let mut said = Vec::new();
    for server in servers {
        let answer = server.ask(question.method, question.target, question.body)?;
        let json: Result<serde_json::Value, _> = serde_json::from_slice(&answer.body);
        let json = json.map_err(|error| error.to_string())?;
        said.push((answer.status, (answer.status < 400).then_some(json)));
    }
    match said.iter().all(|one| *one == said[0]) && said[0].0 == question.status {
        true => Ok(()),
        false => Err(format!("{}: {said:?}", question.name)),
    }
}

/// One run of wrk: all answers have the status that is right.
fn wrk(arrangement: &Arrangement, server: &Running, question: &Question) -> Result<Run, String> {
    let folder = temporary("measure-")?;
    let file = folder.path().join("question.lua");
    // In wrk's language.
    let script = format!(
        "wrk.method = '{}'\nwrk.headers['Content-Type'] = 'application/json'\nwrk.body = [[{}]]\n",
        question.method, question.body
    );
    fs::write(&file, script).map_err(|error| format!("{}: {error}", file.display()))?;
    let file = file.display().to_string();
    let url = server.url(question.target);
    let wrk = arrangement.command(1, "wrk");
    let refused = question.status >= 400;
    wrk::run_by(wrk, server.pid(), &url, &["-s", &file], refused)
}
