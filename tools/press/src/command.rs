//! What is typed: `cargo sync` and `cargo slides`.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
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
    /// Show the decks
    #[command(args_conflicts_with_subcommands = true)]
    Slides {
        /// The deck: 05, first, last
        #[arg(value_name = "NN")]
        deck: Option<String>,

        /// Open the browser, too
        #[arg(long)]
        open: bool,

        #[command(subcommand)]
        command: Option<Slides>,
    },
}

#[derive(Subcommand)]
enum Slides {
    /// Say of each deck how many slides, minutes and questions it has, and what is wrong with it
    Check {
        /// The deck: 05, first, last [default: all]
        #[arg(value_name = "NN")]
        deck: Option<String>,
    },
    /// Write each deck as one HTML file that needs no server and no network, and as a PDF
    Export {
        /// The deck: 05, first, last [default: all]
        #[arg(value_name = "NN")]
        deck: Option<String>,

        /// Where the files go [default: target/slides]
        #[arg(long, value_name = "FOLDER")]
        out: Option<PathBuf>,

        /// Print a tagged PDF, too, a slide a page. Chromium prints it: on the PATH, or named by CHROMIUM
        #[arg(long)]
        pdf: bool,

        /// Print another PDF with the notes below each slide
        #[arg(long, requires = "pdf")]
        notes: bool,
    },
}

/// Does what was typed.
pub fn main() -> ExitCode {
    #[cfg(feature = "serve")]
    if let Some(status) = crate::live::kept() {
        return status;
    }
    let arguments = Arguments::parse();
    let serves = matches!(
        arguments.command,
        Command::Slides {
            command: None | Some(Slides::Export { .. }),
            ..
        }
    );
    program::ended(run(&arguments), serves)
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
            command: Some(Slides::Check { deck }),
            ..
        } => check_slides(&repository, deck.as_deref()),
        Command::Slides {
            command:
                Some(Slides::Export {
                    deck,
                    out,
                    pdf,
                    notes,
                }),
            ..
        } => export_slides(&repository, deck.as_deref(), out.as_deref(), (*pdf, *notes)),
        Command::Slides { deck, open, .. } => show_slides(repository, deck.as_deref(), *open),
    }
}

#[cfg(feature = "serve")]
fn show_slides(repository: Repository, deck: Option<&str>, open: bool) -> Result<bool, String> {
    slides::server::run(repository, deck, open).map(|()| true)
}

#[cfg(feature = "serve")]
fn export_slides(
    repository: &Repository,
    deck: Option<&str>,
    out: Option<&Path>,
    (pdf, notes): (bool, bool),
) -> Result<bool, String> {
    let wishes = slides::export::Wishes {
        deck,
        out,
        pdf,
        notes,
    };
    slides::export::run(repository, &wishes).map(|()| true)
}

#[cfg(not(feature = "serve"))]
const WITHOUT_SERVE: &str = "This press was built without its feature `serve`: run `cargo slides`.";

#[cfg(not(feature = "serve"))]
fn show_slides(_: Repository, _: Option<&str>, _: bool) -> Result<bool, String> {
    Err(WITHOUT_SERVE.to_owned())
}

#[cfg(not(feature = "serve"))]
fn export_slides(
    _: &Repository,
    _: Option<&str>,
    _: Option<&Path>,
    _: (bool, bool),
) -> Result<bool, String> {
    Err(WITHOUT_SERVE.to_owned())
}

fn check_slides(repository: &Repository, deck: Option<&str>) -> Result<bool, String> {
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
