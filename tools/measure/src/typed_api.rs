//! How many requests a second lesson 09 answers, beside the FastAPI program that it ports.
//!
//! The original is run by uvicorn with two workers. Each worker has a store of its own, so the item
//! that is asked for is put into both first.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use tests::build::artifacts;

use crate::report;
use crate::running::Running;
use crate::wrk::{self, CALLED, ROUNDS, Run};

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

const WORKERS: &str = "2";
/// How long a server may take to be ready.
const PATIENCE: Duration = Duration::from_secs(60);
/// So many right answers on new connections in a row: then every worker has the item.
const IN_A_ROW: usize = 60;

/// Runs wrk against them in turn, several times over.
///
/// # Errors
/// When wrk or the original is missing, or the two do not answer alike.
pub fn measure(python: &Path, original: &Path) -> Result<(), String> {
    let servers = [
        lesson("lesson 09", &[])?,
        fastapi(python, original)?,
        // As many threads as one of uvicorn's workers has.
        lesson("on one thread", &[("TOKIO_WORKER_THREADS", "1")])?,
        lesson("in SQLite", &[("DATABASE_URL", "sqlite::memory:")])?,
    ];
    for server in &servers {
        prepare(server)?;
    }
    let (mut rates, mut costs) = (Vec::new(), Vec::new());
    for question in &QUESTIONS {
        alike(&servers, question)?;
        let mut runs = [const { Vec::new() }; 4];
        for round in 1..=ROUNDS {
            for (server, runs) in servers.iter().zip(&mut runs) {
                let run = wrk(server, question)?;
                let (asked, name) = (question.name, server.name);
                println!(
                    "round {round}: {asked}: {name}: {:.0} requests/s, {:.1} us each",
                    run.rate, run.cost
                );
                runs.push(run);
            }
        }
        let [ours, theirs, one_thread, in_sqlite] = &runs;
        let row = |shown: fn(&[Run]) -> String, times: fn(&[Run], &[Run]) -> f64| {
            let times = |ours| format!("{:.1}", times(ours, theirs));
            vec![
                question.name.to_string(),
                shown(theirs),
                shown(ours),
                times(ours),
                shown(one_thread),
                times(one_thread),
                shown(in_sqlite),
            ]
        };
        let rate = |runs: &[Run]| report::thousands(wrk::median(runs, |run| run.rate) as u64);
        let cost = |runs: &[Run]| format!("{:.1}", wrk::median(runs, |run| run.cost));
        rates.push(row(rate, |ours, theirs| {
            wrk::ratio(ours, theirs, |run| run.rate)
        }));
        costs.push(row(cost, |ours, theirs| {
            wrk::ratio(theirs, ours, |run| run.cost)
        }));
    }
    let remarks = format!(
        "Lesson 09 is a release build with its items in a map and a thread for each processor; then on one thread \
         (`TOKIO_WORKER_THREADS=1`), and with SQLite in memory. FastAPI runs under uvicorn \
         (httptools, uvloop) with {WORKERS} workers and without access log, its items in mongomock. Asked by `{CALLED}` on the same \
         machine, in {ROUNDS} rounds by turns: the medians of the rates, of the processor times, and of the ratios of each round."
    );
    let head = |first| {
        [
            first,
            "FastAPI",
            "lesson 09",
            "times FastAPI",
            "on one thread",
            "times FastAPI",
            "with SQLite",
        ]
    };
    let rates = report::bare_table(&head("requests a second"), &rates);
    let costs = report::table(
        &head("processor time of the server for a request, in µs"),
        &costs,
        &remarks,
    );
    let text = format!(
        "{rates}\nwrk has its share of the two processors, the more the faster it is answered. So also:\n\n{costs}"
    );
    println!("{text}");
    report::write("09-throughput.md", &text)
}

fn lesson(name: &'static str, env: &[(&str, &str)]) -> Result<Running, String> {
    let program = artifacts().executable("lesson-09", None);
    Running::ours(name, Command::new(program).envs(env.iter().copied()))
}

fn fastapi(python: &Path, original: &Path) -> Result<Running, String> {
    let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|free| free.local_addr());
    let address = free.map_err(|error| error.to_string())?;
    let port = address.port().to_string();
    let mut uvicorn = Command::new(python);
    uvicorn
        .args(["-B", "-m", "uvicorn", "server:app"])
        .args(["--host", "127.0.0.1", "--port", &port])
        .args(["--workers", WORKERS, "--no-access-log"])
        .args(["--log-level", "error"])
        .current_dir(original)
        .env("PORT", &port);
    Running::at(address.to_string(), "FastAPI", &mut uvicorn)
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

/// All must give the same answer, or the race is none.
fn alike(servers: &[Running], question: &Question) -> Result<(), String> {
    let mut said = Vec::new();
    for server in servers {
        let answer = server.ask(question.method, question.target, question.body)?;
        let json: Result<serde_json::Value, _> = serde_json::from_slice(&answer.body);
        said.push((answer.status, json.map_err(|error| error.to_string())?));
    }
    match said.iter().all(|one| *one == said[0]) && said[0].0 == question.status {
        true => Ok(()),
        false => Err(format!("{}: {said:?}", question.name)),
    }
}

/// One run of wrk: all answers have the status that is right.
fn wrk(server: &Running, question: &Question) -> Result<Run, String> {
    let script = Script::of(question)?;
    let file = script.0.display().to_string();
    let url = server.url(question.target);
    wrk::run(server.pid(), &url, &["-s", &file], question.status >= 400)
}

/// A file in wrk's language, gone with the value.
struct Script(PathBuf);

impl Script {
    fn of(question: &Question) -> Result<Script, String> {
        let file = std::env::temp_dir().join(format!("measure-{}.lua", std::process::id()));
        let text = format!(
            "wrk.method = '{}'\nwrk.headers['Content-Type'] = 'application/json'\nwrk.body = [[{}]]\n",
            question.method, question.body
        );
        fs::write(&file, text).map_err(|error| format!("{}: {error}", file.display()))?;
        Ok(Script(file))
    }
}

impl Drop for Script {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}
