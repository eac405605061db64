//! `cargo measure`: the figures and plots that the notes show.
//!
//! Each command measures one thing on this machine and writes what it found into
//! `notes/measured/`; the notes show these files. Let nothing else run meanwhile.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

mod bars;
mod choices;
mod clients;
mod durability;
mod hostile;
mod load;
mod machine;
mod plot;
mod production;
mod report;
mod running;
mod serving;
mod start;
mod svg;
mod throughput;
mod turns;
mod typed_api;
mod wrk;

#[derive(Parser)]
#[command(name = "cargo measure", about)]
enum Command {
    /// What a waiting client of lesson 03 costs, as a thread and as a task
    Clients,
    /// How many requests a second lessons 04 and 05 answer, beside hyper alone
    Throughput,
    /// What the middleware of lesson 07 costs, beside its site alone
    Middleware,
    /// Lesson 12 beside its original in Django: requests a second and memory (needs wrk and Python)
    Production(production::Options),
    /// What the tests of lesson 12 count while they kill it (for all rows: strace, and a PostgreSQL
    /// server that TEST_DATABASE_URL names)
    Durability,
    /// How many requests a second lesson 09 answers, beside the FastAPI program that it ports (needs wrk)
    TypedApi {
        /// The Python that has FastAPI, uvicorn, mongoengine and mongomock
        #[arg(long)]
        python: PathBuf,
        /// The folder with the program, `server.py`
        #[arg(long)]
        original: PathBuf,
    },
    /// Lesson 10 beside nginx, on a small file and a large one (needs nginx and wrk)
    Serving,
    /// What lesson 10's own load test says about it
    Load,
    /// How each lesson's server fares against bad requests and slow clients
    Hostile,
    /// How long the first `cargo run` of a lesson takes, and the next one after an edit
    Start,
    /// What each lesson costs: lines, crates, size, requests a second, memory (needs wrk)
    Choices {
        /// The parity kit's folder, set up: measures the Python originals in the same run
        #[arg(long, value_name = "PATH")]
        originals: Option<PathBuf>,
        /// Also builds each lesson from an empty target folder, which takes minutes
        #[arg(long)]
        builds: bool,
    },
}

fn main() -> ExitCode {
    let measured = match Command::parse() {
        Command::Clients => clients::measure(),
        Command::Throughput => throughput::measure(&throughput::FRAMEWORKS),
        Command::Middleware => throughput::measure(&throughput::MIDDLEWARE),
        Command::Production(options) => production::measure(&options),
        Command::Durability => durability::measure(),
        Command::TypedApi { python, original } => typed_api::measure(&python, &original),
        Command::Serving => serving::measure(),
        Command::Load => load::measure(),
        Command::Hostile => hostile::measure(),
        Command::Start => start::measure(),
        Command::Choices { originals, builds } => choices::measure(originals.as_deref(), builds),
    };
    match measured {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    }
}
