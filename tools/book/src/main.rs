//! The command behind `cargo book`.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use book::{
    check, serve,
    site::{self, Options},
    terms,
};
use clap::{Parser, Subcommand};
use press::{program, report::Report, repository::Repository, sync};

/// The notes as a book: made, shown, checked. Alone, it makes the book
#[derive(Parser)]
struct Arguments {
    /// The folder of the repository [default: the one around this folder, or the one that this tool was built in]
    #[arg(long, global = true, value_name = "FOLDER")]
    repository: Option<PathBuf>,

    /// Where the repository can be seen: pages get a button to edit them
    #[arg(long, global = true, value_name = "ADDRESS")]
    repository_url: Option<String>,

    /// Where the site goes: a new folder, an empty one, or an earlier site [default: target/book; a folder of its own
    /// while it is served]
    #[arg(long, global = true, value_name = "FOLDER")]
    out: Option<PathBuf>,

    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Make the book in target/book
    Build,
    /// Show the book on this machine, made again at each change: exchanges can be sent, and exercises worked on
    Serve,
    /// Find links that lead nowhere, blocks that are not filled, and words that the glossary spells otherwise
    Check,
}

fn main() -> ExitCode {
    if let Some(status) = desk::live::kept() {
        return status;
    }
    let arguments = Arguments::parse();
    let serves = matches!(arguments.command, Some(Command::Serve));
    program::ended(run(&arguments), serves)
}

/// Does what the arguments say; the answer is whether all is well.
fn run(arguments: &Arguments) -> Result<bool, String> {
    let repository = program::repository(arguments.repository.as_deref())?;
    let out = |name| match &arguments.out {
        Some(folder) => folder.clone(),
        None => repository.root().join("target").join(name),
    };
    let options = Options {
        repository_url: arguments.repository_url.clone(),
        token: None,
    };
    match &arguments.command {
        None | Some(Command::Build) => build(&repository, &out("book"), &options),
        Some(Command::Serve) => {
            serve::run(repository, arguments.out.clone(), options).map(|()| true)
        }
        Some(Command::Check) => check_all(&repository, &out("book"), &options),
    }
}

fn build(repository: &Repository, out: &Path, options: &Options) -> Result<bool, String> {
    let made = site::build(repository, out, options)?;
    let report = Report {
        problems: made.problems,
        stale: Vec::new(),
    };
    program::print(&report);
    let index = out.join("index.html");
    let _ = writeln!(
        io::stdout(),
        "{} chapters: {}",
        made.chapters,
        index.display()
    );
    Ok(report.is_clean())
}

fn check_all(repository: &Repository, out: &Path, options: &Options) -> Result<bool, String> {
    let made = site::build(repository, out, options)?;
    // Blocks that are not what their sources say, and links between files.
    let mut report = sync::check(repository)?;
    report.problems.extend(made.problems);
    report.problems.extend(terms::check(repository)?);
    for mut problem in check::site(out)? {
        problem.path.insert_str(0, "target/book/");
        report.problems.push(problem);
    }
    report.problems.sort();
    report.problems.dedup();
    program::print(&report);
    Ok(report.is_clean())
}
