//! What is typed: `cargo sync`, and the check of the decks.

use std::{
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
};

use crate::{program, repository::Repository, sizes, slides, sync};
use clap::{Parser, Subcommand};

/// The press of the course: its pages and its decks.
#[derive(Parser)]
struct Arguments {
    /// The folder of the repository [default: the one around this folder, or the one that this tool was built in]
    #[arg(long, global = true, value_name = "FOLDER")]
    repository: Option<PathBuf>,

    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Fill the blocks of README.md, notes/ and slides/ from their sources, and check the pages
    Sync {
        /// Write nothing: only say what differs
        #[arg(long)]
        check: bool,

        /// Say which lines of a lesson no block of its note shows, and write nothing
        #[arg(long, value_name = "NN", conflicts_with = "check")]
        list: Option<String>,
    },
    /// The decks. What shows them is `cargo slides`
    Slides {
        #[command(subcommand)]
        command: Slides,
    },
}

#[derive(Subcommand)]
enum Slides {
    /// Say for each deck how many slides, minutes and questions it has, and what is wrong with it
    Check {
        /// The deck: 05, first, last [default: all]
        #[arg(value_name = "NN")]
        deck: Option<String>,
    },
}

/// Does what was typed.
pub fn main() -> ExitCode {
    program::ended(run(&Arguments::parse()), false)
}

/// Does what the arguments say; the answer is whether all is well.
fn run(arguments: &Arguments) -> Result<bool, String> {
    let repository = program::repository(arguments.repository.as_deref())?;
    match &arguments.command {
        Command::Sync {
            list: Some(lesson), ..
        } => list(&repository, lesson),
        Command::Sync { check, .. } => run_sync(&repository, *check),
        Command::Slides {
            command: Slides::Check { deck },
        } => check_slides(&repository, deck.as_deref()),
    }
}

/// Says of each deck what it has and what is wrong with it; the answer is whether all is well.
///
/// # Errors
///
/// When there is no such deck.
pub fn check_slides(repository: &Repository, deck: Option<&str>) -> Result<bool, String> {
    let (decks, report) = slides::check::decks(repository, deck)?;
    for deck in decks {
        let _ = writeln!(io::stdout(), "{}", deck.line());
    }
    program::print(&report);
    Ok(report.is_clean())
}

/// After the filling, the same check finds what remains: its lines are those of the files as
/// they are now. Who reads along may have gone away; the exit status counts all the same.
fn run_sync(repository: &Repository, check_only: bool) -> Result<bool, String> {
    if !check_only {
        for change in sync::fill(repository)? {
            let _ = writeln!(io::stdout(), "{change}");
        }
    }
    let report = sync::check(repository)?;
    if check_only {
        for size in sizes::all(repository)? {
            let _ = writeln!(io::stdout(), "{}", size.line());
        }
    }
    program::print(&report);
    Ok(report.is_clean())
}

fn list(repository: &Repository, lesson: &str) -> Result<bool, String> {
    for hidden in sizes::hidden(repository, lesson)? {
        let _ = writeln!(io::stdout(), "{hidden}");
    }
    let sizes = sizes::all(repository)?;
    for size in sizes.iter().filter(|size| size.lesson == lesson) {
        let _ = writeln!(io::stdout(), "{}", size.line());
    }
    Ok(true)
}
