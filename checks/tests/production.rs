//! What lesson 12 promises as a process: its data outlives it, it ends as it should, and what the
//! disk or the database server does to it is told to the client.
//!
//! PostgreSQL is found through `TEST_DATABASE_URL`. `KILLS` says how often the server is killed.

#[path = "production/data.rs"]
mod data;
#[path = "production/database_server.rs"]
mod database_server;
#[path = "production/migrations.rs"]
mod migrations;
#[path = "production/network.rs"]
mod network;

use std::env;
use std::path::Path;
use std::process::Command;

use house::build::artifacts;
use house::files::{TempDir, temporary};
use wire::server::{Server, run_to_end};

/// A folder whose name holds a space; gone with its files when the value is dropped.
struct Folder(TempDir);

impl Folder {
    fn new() -> Folder {
        Folder(temporary("full stack ").expect("a folder can be made"))
    }
}

fn program() -> &'static Path {
    artifacts().executable("lesson-12", None)
}

/// The lesson's program in a folder, with no settings but those of the test.
fn command(folder: &Folder, arguments: &[&str]) -> Command {
    prepared(folder, Command::new(program()), arguments)
}

/// The same by way of another program, whose arguments stand before it.
fn by_way_of(folder: &Folder, way: &[&str], arguments: &[&str]) -> Command {
    let mut command = Command::new(way[0]);
    command.args(&way[1..]).arg(program());
    prepared(folder, command, arguments)
}

fn prepared(folder: &Folder, mut command: Command, arguments: &[&str]) -> Command {
    for name in [
        "DEBUG",
        "SECRET_KEY",
        "ALLOWED_HOSTS",
        "DATABASE_URL",
        "TLS",
    ] {
        command.env_remove(name);
    }
    command.current_dir(folder.0.path()).args(arguments);
    command
}

fn start(folder: &Folder) -> Server {
    Server::start_command(&mut command(folder, &[])).unwrap_or_else(|problem| panic!("{problem}"))
}

/// Runs a command of the program: whether it succeeded, and all that it wrote.
fn run(command: &mut Command) -> (Option<i32>, String) {
    let (status, stdout, stderr) =
        run_to_end(command).unwrap_or_else(|problem| panic!("{problem}"));
    (status.code(), stdout + &stderr)
}

/// `check`: the database is whole, and where the models are.
fn assert_whole(folder: &Folder) {
    let mut check = command(folder, &["check"]);
    let (status, said) = run(check.env("SECRET_KEY", "k".repeat(50)));
    assert_eq!(status, Some(0), "{said}");
    assert!(said.contains("Nothing was found."), "{said}");
}

/// Whether a test that needs `what` can be run. In CI nothing is skipped, but for what needs the
/// server that a later step starts (`LATER`) and then runs there.
fn can_use(what: &str, there: bool) -> bool {
    if !there {
        match env::var("LATER") {
            Ok(later) if later == what => eprintln!("skipped: {what} is missing, and comes later"),
            _ => house::skip("a test", &format!("{what} is missing")),
        }
    }
    there
}

fn has(program: &str) -> bool {
    let found = Command::new("sh")
        .args(["-c", &format!("command -v {program}")])
        .output();
    found.is_ok_and(|found| found.status.success())
}
