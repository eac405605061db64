//! How long it takes from an empty target folder, and from an edit, until a lesson answers.

use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use house::files::{TempDir, temporary};
use house::start::Started;

use crate::report;

/// Started from an empty target folder each.
const FIRST: [&str; 2] = ["lesson-01", "lesson-05"];

/// Then edited and started again, so many times.
const EDITED: (&str, &str) = ("lesson-05", "05-mini-framework");
const EDITS: usize = 3;

/// How long a first build may take.
const PATIENCE: Duration = Duration::from_secs(1800);
/// Of what cargo says, so much is kept.
const KEPT: usize = 64 * 1024;

/// Clones the repository into a temporary folder and runs the lessons there.
///
/// # Errors
/// When git or cargo fail, or a lesson does not answer.
pub fn measure() -> Result<(), String> {
    let copy = Copy::of_this()?;

    let mut rows = Vec::new();
    for package in FIRST {
        copy.remove_target()?;
        let seconds = copy.until_answer(package)?;
        rows.push(row(
            &format!("`cargo run -p {package}` for the first time"),
            seconds,
        ));
    }
    let mut again = Vec::new();
    let (package, folder) = EDITED;
    for _ in 0..EDITS {
        copy.edit(folder)?;
        again.push(copy.until_answer(package)?);
    }
    let what = format!("`cargo run -p {package}` after a line was edited");
    rows.push(row(&what, report::median(&again)));

    let remarks = format!(
        "From the command until the lesson has answered a request; each first run begins with an \
         empty target folder and the crates already downloaded; the last figure is the median of {EDITS} edits."
    );
    let table = report::table(&["what", "seconds"], &rows, &remarks);
    println!("{table}");
    report::write("first-run.md", &table)
}

fn row(what: &str, seconds: f64) -> Vec<String> {
    println!("{what}: {seconds:.1} s");
    vec![what.to_string(), format!("{seconds:.1}")]
}

/// A clone of the repository as it was last committed. It is removed in the end.
pub struct Copy {
    folder: TempDir,
}

impl Copy {
    fn of(repository: &Path) -> Result<Copy, String> {
        let folder = temporary("measure-start-")?;
        let mut git = Command::new("git");
        git.args(["clone", "--quiet", "--depth=1"]);
        // A depth wants a URL, not a path.
        git.arg(format!("file://{}", repository.display()));
        finish(git.arg(folder.path()))?;
        Ok(Copy { folder })
    }

    /// A clone of this repository, with all crates downloaded.
    ///
    /// # Errors
    /// When git or cargo fail.
    pub fn of_this() -> Result<Copy, String> {
        let copy = Copy::of(&house::root())?;
        // What is not downloaded yet would be measured too.
        copy.run(Command::new("cargo").args(["fetch", "--locked", "--quiet"]))?;
        Ok(copy)
    }

    /// The seconds that `cargo build` of a package takes from an empty target folder.
    ///
    /// # Errors
    /// When it does not build.
    pub fn build(&self, package: &str) -> Result<f64, String> {
        self.remove_target()?;
        let begun = Instant::now();
        self.run(Command::new("cargo").args(["build", "--quiet", "--locked", "-p", package]))?;
        Ok(begun.elapsed().as_secs_f64())
    }

    fn run(&self, command: &mut Command) -> Result<(), String> {
        finish(self.inside(command))
    }

    /// Lets a command work in the copy and in its own target folder.
    fn inside<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command
            .current_dir(self.folder.path())
            .env("CARGO_TARGET_DIR", self.folder.path().join("target"))
    }

    fn remove_target(&self) -> Result<(), String> {
        let target = self.folder.path().join("target");
        match target.exists() {
            true => fs::remove_dir_all(target).map_err(|error| error.to_string()),
            false => Ok(()),
        }
    }

    /// Changes what a lesson answers: another word in its greeting.
    fn edit(&self, folder: &str) -> Result<(), String> {
        let file = self
            .folder
            .path()
            .join("lessons")
            .join(folder)
            .join("src/main.rs");
        let named = |error: std::io::Error| format!("{}: {error}", file.display());
        let code = fs::read_to_string(&file).map_err(named)?;
        let edited = code.replacen(">Hello", ">Hello again", 1);
        if edited == code {
            return Err(format!("{} has no greeting to edit", file.display()));
        }
        fs::write(&file, edited).map_err(named)
    }

    /// Runs `cargo run -p PACKAGE` until it has answered: the seconds.
    fn until_answer(&self, package: &str) -> Result<f64, String> {
        let mut cargo = Command::new("cargo");
        cargo.args(["run", "--quiet", "--locked", "-p", package]);
        let begun = Instant::now();
        let started = Started::child(self.inside(&mut cargo), KEPT)?;
        let Some(port) = started.port(PATIENCE) else {
            let said = started.stderr.so_far();
            return Err(format!("{package} does not say where it listens: {said}"));
        };
        ask(port).map_err(|error| format!("{package} does not answer: {error}"))?;
        Ok(begun.elapsed().as_secs_f64())
    }
}

/// Waits for the first byte of an answer.
fn ask(port: u16) -> std::io::Result<()> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    stream.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")?;
    stream.read_exact(&mut [0])
}

fn finish(command: &mut Command) -> Result<(), String> {
    let status = command.status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{command:?} failed: {status}")),
        Err(error) => Err(format!("{command:?}: {error}")),
    }
}
