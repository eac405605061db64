//! Copies each lesson's folder out of the repository, with the lock file beside it, and builds it
//! there: a lesson must not need its neighbours.
//!
//! Run it: `cargo run -p checks --bin self-contained`

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use house::build::cargo;
use house::files::{self, temporary};
use toml::{Table, Value};

fn main() -> ExitCode {
    match temporary("self-contained-").and_then(|place| all(place.path())) {
        Ok(count) => {
            println!("{count} lessons build on their own.");
            ExitCode::SUCCESS
        }
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    }
}

fn all(place: &Path) -> Result<usize, String> {
    let lock = house::root().join("Cargo.lock");
    let locked = packages_in(&lock)?;
    let lessons = house::lessons();
    for lesson in &lessons {
        let topic = &lesson.topic;
        let copy = place.join(topic);
        files::copy(&lesson.folder, &copy).map_err(|error| format!("{topic}: {error}"))?;
        let copied_lock = copy.join("Cargo.lock");
        fs::copy(&lock, &copied_lock).map_err(|error| error.to_string())?;
        build(&copy, &place.join("target"))?;
        // Cargo has taken out of the copy what this lesson does not need, and added nothing.
        if let Some(added) = packages_in(&copied_lock)?
            .iter()
            .find(|package| !locked.contains(package))
        {
            return Err(format!(
                "{topic}: {added} is not in the repository's Cargo.lock"
            ));
        }
        println!("{topic} builds on its own.");
    }
    Ok(lessons.len())
}

fn build(folder: &Path, target: &Path) -> Result<(), String> {
    let status = cargo(folder)
        .args([
            "check",
            "--quiet",
            "--offline",
            "--bins",
            "--examples",
            "--target-dir",
        ])
        .arg(target)
        .status()
        .map_err(|error| format!("cargo cannot be run: {error}"))?;
    match status.success() {
        true => Ok(()),
        false => Err(format!("{} does not build on its own", folder.display())),
    }
}

/// `name version` of each package in a lock file.
fn packages_in(lock: &Path) -> Result<Vec<String>, String> {
    let text = fs::read_to_string(lock).map_err(|error| format!("{}: {error}", lock.display()))?;
    let table: Table = toml::from_str(&text).map_err(|error| error.to_string())?;
    let packages = table.get("package").and_then(Value::as_array);
    let packages = packages.into_iter().flatten().map(|package| {
        let value = |key| package.get(key).and_then(Value::as_str).unwrap_or_default();
        format!("{} {}", value("name"), value("version"))
    });
    Ok(packages.collect())
}
