//! Lesson 12: a full-stack application made ready for strangers.
//!
//! ```sh
//! cargo run -p lesson-12
//! ```
//!
//! `cargo run -p lesson-12 -- help` lists the commands; `src/urls.rs` lists the pages.
#![forbid(unsafe_code)]

use std::process::ExitCode;

use clap::Parser;
use lesson_12::commands::Command;

/// Notes, in Django's layout.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[tokio::main]
async fn main() -> ExitCode {
    let command = Arguments::parse().command.unwrap_or_default();
    match command.run().await {
        Ok(status) => status,
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::from(2)
        }
    }
}
