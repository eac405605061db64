//! The command behind `cargo sync`.

#![forbid(unsafe_code)]

use std::{
    io::{self, IsTerminal, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Parser, Subcommand};
use press::{repository::Repository, sync};

/// Puts what is compiled and what is recorded into the pages of the course.
#[derive(Parser)]
struct Arguments {
    /// The folder of the repository [default: the one that this tool was built in]
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
    },
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(&arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    }
}

/// Does what the arguments say; the answer is whether all is well.
fn run(arguments: &Arguments) -> Result<bool, String> {
    let built_in = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let root = arguments.repository.as_ref().unwrap_or(&built_in);
    let repository = Repository::open(root)
        .map_err(|error| format!("{} cannot be opened: {error}", root.display()))?;
    match arguments.command {
        Command::Sync { check } => run_sync(&repository, check),
    }
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
    let colour = io::stderr().is_terminal();
    let _ = report.print(&mut io::stderr().lock(), colour);
    Ok(report.is_clean())
}
