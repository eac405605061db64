//! A migration that is killed, wherever it stands, can be run again.

use std::env;

use crate::database_server::Database;
use crate::{Folder, assert_whole, by_way_of, can_use, command, has, run};

/// Kills `migrate` at its first, second, third … call of that kind, until it gets through; each
/// time it is run again, to its end.
fn killed_everywhere(call: &str, url: &str, step: usize, afresh: impl Fn(&Folder)) {
    let mut killed = 0;
    for number in (1..).step_by(step) {
        let folder = Folder::new();
        let at = format!("inject={call}:signal=KILL:when={number}");
        let way = [
            "strace",
            "-f",
            "-o",
            "/dev/null",
            "-e",
            &format!("trace={call}"),
            "-e",
            &at,
        ];
        let mut first = by_way_of(&folder, &way, &["migrate"]);
        let first = first.env("DATABASE_URL", url).output();
        let got_through = first.expect("strace runs").status.success();
        killed += usize::from(!got_through);
        let (status, said) = run(command(&folder, &["migrate"]).env("DATABASE_URL", url));
        assert_eq!(status, Some(0), "killed at {call} {number}: {said}");
        let (_, list) = run(command(&folder, &["migrate", "--list"]).env("DATABASE_URL", url));
        assert!(list.contains("[X]") && !list.contains("[ ]"), "{list}");
        if url.starts_with("sqlite") {
            assert_whole(&folder);
        }
        afresh(&folder);
        if got_through {
            break;
        }
    }
    println!("{call}: migrate was killed at {killed} places");
    assert!(killed >= 5, "it was killed at {killed} places only");
}

/// All places in `.ci/run`, some of them elsewhere.
fn step() -> usize {
    if env::var_os("KILLS").is_some() { 1 } else { 6 }
}

#[test]
fn d07_a_migration_killed_at_any_write_can_be_run_again() {
    if can_use("strace", cfg!(target_os = "linux") && has("strace")) {
        killed_everywhere("pwrite64", "sqlite:lesson-12.sqlite3", step(), |_| {});
    }
}

#[test]
fn d07_a_migration_killed_at_any_statement_can_be_run_again_on_postgresql() {
    let Some(database) = Database::new() else {
        return;
    };
    if can_use("strace", cfg!(target_os = "linux") && has("strace")) {
        killed_everywhere("sendto", &database.url, step(), |folder| {
            let mut back = command(folder, &["migrate", "zero"]);
            let (status, said) = run(back.env("DATABASE_URL", &database.url));
            assert_eq!(status, Some(0), "{said}");
        });
    }
}
