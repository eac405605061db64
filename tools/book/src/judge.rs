//! The judge of the exercises, as `cargo course` runs it: all that the book knows of it is here.
//!
//! The book runs the very command that a student may run in a terminal, so both say the same, and have one progress.

use std::{collections::BTreeMap, fs, io, path::Path, process::Output};

use serde::Deserialize;

/// What `cargo course check NN --json` says.
#[derive(Debug, Deserialize)]
pub(crate) struct Verdict {
    pub(crate) compiles: bool,
    pub(crate) tasks: Vec<Judged>,
    /// What the compiler said, when it does not compile.
    #[serde(skip)]
    pub(crate) compiler: String,
}

/// A task with its tests.
#[derive(Debug, Deserialize)]
pub(crate) struct Judged {
    /// `00.bytes`
    pub(crate) name: String,
    pub(crate) passed: bool,
    pub(crate) tests: Vec<Test>,
}

/// A test of a task.
#[derive(Debug, Deserialize)]
pub(crate) struct Test {
    pub(crate) name: String,
    pub(crate) passed: bool,
    pub(crate) said: Option<Said>,
}

/// What a failed test says.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Said {
    pub(crate) asked: String,
    pub(crate) came: String,
    pub(crate) expected: String,
    pub(crate) line: String,
}

/// Builds an exercise's server and has it judged.
///
/// # Errors
///
/// What the tool said, when it could not judge.
pub(crate) async fn judge(root: &Path, number: &str) -> Result<Verdict, String> {
    let output = course(root, &["check", number, "--json"]).await?;
    let said = String::from_utf8_lossy(&output.stderr);
    let mut verdict: Verdict =
        serde_json::from_slice(&output.stdout).map_err(|_| said.trim().to_owned())?;
    if !verdict.compiles {
        verdict.compiler = errors_first(&said);
    }
    Ok(verdict)
}

/// Takes the next hint of a task: from then on it counts as shown.
///
/// # Errors
///
/// What the tool said.
pub(crate) async fn hint(root: &Path, task: &str) -> Result<(), String> {
    let output = course(root, &["hint", task]).await?;
    match output.status.success() {
        true => Ok(()),
        false => Err(String::from_utf8_lossy(&output.stderr).trim().to_owned()),
    }
}

/// Runs `cargo course`. It ends with the book's server.
async fn course(root: &Path, arguments: &[&str]) -> Result<Output, String> {
    let cargo = house::build::cargo(root);
    tokio::process::Command::from(cargo)
        .args([
            "run",
            "--quiet",
            "--package",
            "course",
            "--",
            "--repository",
        ])
        .arg(root)
        .args(arguments)
        .kill_on_drop(true)
        .output()
        .await
        .map_err(|error| format!("cargo cannot be run: {error}."))
}

/// What is known of a student, in the file that `cargo course` writes.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Progress {
    #[serde(default)]
    tasks: BTreeMap<String, State>,
}

/// What is known of a task.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct State {
    pub(crate) passed: bool,
    /// How many hints were shown.
    pub(crate) hints: usize,
}

impl Progress {
    /// The file, below the root.
    pub(crate) const FILE: &str = ".course/progress.json";

    /// Reads it. There is none before the first check.
    ///
    /// # Errors
    ///
    /// A sentence: it is not what `cargo course` writes.
    pub(crate) fn read(root: &Path) -> Result<Self, String> {
        match fs::read(root.join(Self::FILE)) {
            Ok(bytes) => serde_json::from_slice(&bytes)
                .map_err(|error| format!("{} cannot be read: {error}.", Self::FILE)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(format!("{} cannot be read: {error}.", Self::FILE)),
        }
    }

    /// What is known of `00.bytes`.
    pub(crate) fn of(&self, task: &str) -> State {
        self.tasks.get(task).copied().unwrap_or_default()
    }
}

/// What a compiler said, its errors before its warnings: the first error is the one to read.
fn errors_first(said: &str) -> String {
    let parts = said.trim().split("\n\n");
    let (errors, others): (Vec<&str>, Vec<&str>) =
        parts.partition(|part| part.starts_with("error") && !part.starts_with("error: could not"));
    [errors, others].concat().join("\n\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_error_is_read_first() {
        let said = "warning: unused\n --> a\n\nerror[E0308]: mismatched\n --> b\n\nerror: could not compile `c`\n";
        assert_eq!(
            errors_first(said),
            "error[E0308]: mismatched\n --> b\n\nwarning: unused\n --> a\n\nerror: could not compile `c`"
        );
    }

    #[test]
    fn the_progress_is_that_of_the_terminal() {
        let folder = tempfile::tempdir().expect("room for a folder");
        let read = || Progress::read(folder.path());
        assert!(!read().expect("there is none").of("00.bytes").passed);
        let file = folder.path().join(Progress::FILE);
        fs::create_dir(folder.path().join(".course")).expect("a folder");
        let text =
            r#"{"tasks": {"00.bytes": {"passed": true, "hints": 2, "asked_for_solution": false}}}"#;
        fs::write(&file, text).expect("a file");
        let progress = read().expect("there is one");
        let State { passed, hints } = progress.of("00.bytes");
        assert_eq!((passed, hints), (true, 2));
        assert_eq!(progress.of("00.head").hints, 0);
        fs::write(&file, "{").expect("a file");
        assert!(read().is_err());
    }
}
