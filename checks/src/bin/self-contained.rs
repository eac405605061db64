//! Copies each lesson's folder out of the repository, with the lock file beside it, and builds it
//! there: a lesson must not need its neighbours.
//!
//! Run it: `cargo run -p checks --bin self-contained`

#![forbid(unsafe_code)]

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::{env, fs, io};

use tests::repository;

fn main() -> ExitCode {
    let place = env::temp_dir().join(format!("self-contained-{}", std::process::id()));
    let result = all(&place);
    let _ = fs::remove_dir_all(&place);
    match result {
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
    let lock = repository::root().join("Cargo.lock");
    let locked = packages_in(&lock)?;
    let lessons = repository::lessons();
    for lesson in &lessons {
        let name = lesson.file_name().ok_or("a lesson's folder has a name")?;
        let copy = place.join(name);
        copy_folder(lesson, &copy).map_err(|error| format!("{}: {error}", lesson.display()))?;
        let copied_lock = copy.join("Cargo.lock");
        fs::copy(&lock, &copied_lock).map_err(|error| error.to_string())?;
        build(&copy, &place.join("target"))?;
        // Cargo has taken out of the copy what this lesson does not need, and added nothing.
        if let Some(added) = packages_in(&copied_lock)?
            .iter()
            .find(|package| !locked.contains(package))
        {
            return Err(format!(
                "{}: {added} is not in the repository's Cargo.lock",
                lesson.display()
            ));
        }
        println!("{} builds on its own.", name.to_string_lossy());
    }
    Ok(lessons.len())
}

fn build(folder: &Path, target: &Path) -> Result<(), String> {
    let status = Command::new(env::var_os("CARGO").unwrap_or("cargo".into()))
        .args([
            "check",
            "--quiet",
            "--offline",
            "--bins",
            "--examples",
            "--target-dir",
        ])
        .arg(target)
        .current_dir(folder)
        .stdin(Stdio::null())
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
    let packages = text.split("[[package]]").skip(1).map(|package| {
        let value = |key: &str| {
            let line = package.lines().find_map(|line| line.strip_prefix(key));
            line.unwrap_or_default().trim_matches('"').to_string()
        };
        format!("{} {}", value("name = "), value("version = "))
    });
    Ok(packages.collect())
}

fn copy_folder(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let path: PathBuf = entry?.path();
        let target = to.join(path.file_name().unwrap_or_default());
        match path.is_dir() {
            true => copy_folder(&path, &target)?,
            false => fs::copy(&path, &target).map(|_| ())?,
        }
    }
    Ok(())
}
