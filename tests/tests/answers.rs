//! Each file below `tests/requests/` is a test: the conversation in it is played against the
//! server it names, and the answers are held against the recorded ones.

#[macro_use]
mod common;

use std::collections::BTreeSet;
use std::path::Path;

use house::build::{self, ServerName};
use libtest_mimic::{Arguments, Failed, Trial};
use recordings::conversation;
use recordings::requests::File;

fn main() {
    let arguments = Arguments::from_args();
    let base = house::root().join("tests/requests");
    let mut trials = vec![Trial::test(
        "every_snapshot_has_its_requests",
        every_snapshot_is_used,
    )];
    let mut needed = BTreeSet::new();
    for path in house::files::of_kind(&base, "http") {
        let name = house::files::test_name(&base, &path);
        match File::read(&path) {
            Ok(file) => {
                if asked_for(&arguments, &name) {
                    needed.extend(file.servers.iter().map(|server| server.package.clone()));
                }
                trials.extend(trials_of(&name, &file));
            }
            Err(problem) => trials.push(Trial::test(name, || Err(Failed::from(problem)))),
        }
    }
    eprintln!(
        "Recorded conversations are played against the lessons' servers, which are built first if they have changed."
    );
    // `-- 04-framework` builds lesson 04, and not every lesson.
    if arguments.filter.is_some() {
        build::choose(needed);
    }
    libtest_mimic::run(&arguments, trials).exit();
}

/// A trial for each server that the file names; all are held against the same snapshot.
fn trials_of(name: &str, file: &File) -> Vec<Trial> {
    let several = file.servers.len() > 1;
    let trial = |server: &ServerName| {
        let title = match several {
            true => format!("{name} [{server}]"),
            false => name.to_string(),
        };
        let (name, file, server) = (name.to_string(), file.clone(), server.clone());
        Trial::test(title, move || {
            let shown = conversation::play(&file, &server).map_err(Failed::from)?;
            hold_against_snapshot!(name, shown);
            Ok(())
        })
    };
    file.servers.iter().map(trial).collect()
}

fn every_snapshot_is_used() -> Result<(), Failed> {
    let snapshots = house::root().join("tests/snapshots");
    let requests = house::root().join("tests/requests");
    let transcripts = house::root().join("tests/transcripts");
    let tasks = house::root().join("tests/tasks");
    let unused: Vec<String> = house::files::of_kind(&snapshots, "snap")
        .iter()
        .map(|path| house::files::test_name(&snapshots, path))
        .filter(|name| !exists(&requests, name, ".http") && !exists(&transcripts, name, ""))
        .filter(|name| !exists(&tasks, name, ".http"))
        .collect();
    match unused.is_empty() {
        true => Ok(()),
        false => Err(format!("snapshots without requests: {}", unused.join(", ")).into()),
    }
}

/// Whether the run's filter lets a file through. It may be of a longer name than the file's, `NAME [SERVER]`.
fn asked_for(arguments: &Arguments, name: &str) -> bool {
    let filter = arguments.filter.as_deref().unwrap_or_default();
    name.contains(filter) || filter.starts_with(name)
}

fn exists(base: &Path, name: &str, ending: &str) -> bool {
    base.join(format!("{name}{ending}")).is_file()
}
