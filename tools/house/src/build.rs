//! Builds programs, and says where they are: all that is read of cargo's own words.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::{env, fmt, fs};

use cargo_metadata::{Message, PackageId, TargetKind};

use crate::root;

pub use cargo_metadata::diagnostic::{Diagnostic, DiagnosticLevel};

/// The binary of a package, or one of its examples.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerName {
    /// The package, such as `lesson-05`.
    pub package: String,
    /// One of its examples instead of its binary.
    pub example: Option<String>,
}

impl ServerName {
    /// Reads `PACKAGE` or `PACKAGE EXAMPLE`.
    ///
    /// # Errors
    /// When there are no words, or more than two.
    pub fn parse(text: &str) -> Result<ServerName, String> {
        let mut words = text.split_whitespace();
        let (Some(package), example, None) = (words.next(), words.next(), words.next()) else {
            return Err(format!(
                "@server needs a package and perhaps an example, not {text:?}"
            ));
        };
        Ok(ServerName {
            package: package.to_string(),
            example: example.map(str::to_string),
        })
    }
}

impl fmt::Display for ServerName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.example {
            Some(example) => write!(formatter, "{} {example}", self.package),
            None => write!(formatter, "{}", self.package),
        }
    }
}

/// A program that cargo has built: a binary, an example or a test.
#[derive(Clone, Debug)]
pub struct Program {
    /// The package, such as `lesson-05`.
    pub package: String,
    /// What cargo calls it there: a binary has the package's name, or one of its own.
    pub target: String,
    /// Whether it runs tests.
    pub is_test: bool,
    /// Where it is.
    pub path: PathBuf,
}

/// What `cargo build` made.
#[derive(Clone, Debug, Default)]
pub struct Artifacts(Vec<Program>);

impl Artifacts {
    /// Reads what cargo has written to standard output, told `--message-format=json…`.
    pub fn read(messages: &[u8]) -> Artifacts {
        let programs = Message::parse_stream(messages).filter_map(|message| match message {
            Ok(Message::CompilerArtifact(artifact)) => Some(Program {
                package: package_of(&artifact.package_id),
                is_test: artifact.profile.test || artifact.target.kind.contains(&TargetKind::Test),
                target: artifact.target.name,
                path: artifact.executable?.into(),
            }),
            _ => None,
        });
        Artifacts(programs.collect())
    }

    /// All of them.
    pub fn programs(&self) -> &[Program] {
        &self.0
    }

    /// The program of a package's target, if there is one.
    pub fn program(&self, package: &str, target: &str) -> Option<&Path> {
        let mut programs = self.0.iter();
        let found = programs.find(|program| program.package == package && program.target == target);
        found.map(|program| program.path.as_path())
    }

    /// The executable of a package, or of one of its examples.
    ///
    /// # Panics
    /// When there is no such executable; the message lists those that there are.
    pub fn executable(&self, package: &str, example: Option<&str>) -> &Path {
        let target = example.unwrap_or(package);
        self.program(package, target).unwrap_or_else(|| {
            let mut known: Vec<String> = self
                .0
                .iter()
                .map(|program| key(&program.package, &program.target))
                .collect();
            known.sort();
            let (wanted, known) = (key(package, target), known.join(", "));
            panic!("there is no server {wanted}; there are: {known}")
        })
    }
}

/// `lesson-05` or `lesson-05/bare_hyper`.
fn key(package: &str, target: &str) -> String {
    match package == target {
        true => package.to_string(),
        false => format!("{package}/{target}"),
    }
}

/// What the compiler has said, of what cargo has written to standard output, told `--message-format=json`.
pub fn diagnostics(messages: &[u8]) -> Vec<Diagnostic> {
    let said = Message::parse_stream(messages).filter_map(|message| match message {
        Ok(Message::CompilerMessage(said)) => Some(said.message),
        _ => None,
    });
    said.collect()
}

/// The package's name: an id ends in `#lesson-05@0.1.0`, or in `/lesson-05#0.1.0` where the folder has the
/// package's name.
fn package_of(id: &PackageId) -> String {
    let (folder, name) = id.repr.rsplit_once('#').unwrap_or(("", &id.repr));
    let name = match name.split_once('@') {
        Some((name, _)) => name,
        None => folder.rsplit('/').next().unwrap_or_default(),
    };
    name.to_string()
}

/// The cargo that runs us, at work in a folder.
pub fn cargo(folder: &Path) -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or("cargo".into()));
    cargo.current_dir(folder).stdin(Stdio::null());
    cargo
}

/// What one call of cargo came to.
#[derive(Clone, Debug)]
pub struct Built {
    /// Whether all that was asked for was built.
    pub succeeded: bool,
    /// What was built.
    pub artifacts: Artifacts,
    /// Whether cargo came as far as to build. When not, it was no compiler that failed.
    pub was_begun: bool,
}

/// Runs `cargo build` or `cargo test --no-run` and reads what it made. What the compiler says goes to standard error.
///
/// # Errors
/// When cargo cannot be run.
pub fn run(cargo: &mut Command) -> Result<Built, String> {
    let output = cargo
        .arg("--message-format=json-render-diagnostics")
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("cargo cannot be run: {error}."))?;
    let mut messages = Message::parse_stream(&output.stdout[..]);
    Ok(Built {
        succeeded: output.status.success(),
        artifacts: Artifacts::read(&output.stdout),
        was_begun: messages.any(|message| matches!(message, Ok(Message::BuildFinished(_)))),
    })
}

/// The packages that [`artifacts`] builds, where not all are needed.
static CHOSEN: OnceLock<BTreeSet<String>> = OnceLock::new();

/// Says which packages this process needs, before it asks for [`artifacts`]: a run of a few tests then
/// builds these alone. The variable `LESSONS` does the same from outside (`LESSONS="03 05"`), for a
/// suite that names its servers in its code.
pub fn choose(packages: BTreeSet<String>) {
    let _ = CHOSEN.set(packages);
}

fn chosen() -> Vec<String> {
    if let Some(packages) = CHOSEN.get() {
        return packages.iter().cloned().collect();
    }
    let lessons = env::var("LESSONS").unwrap_or_default();
    let numbers = lessons.split_whitespace();
    numbers.map(|number| format!("lesson-{number}")).collect()
}

/// Builds all binaries and examples once in this process, in the profile of the tests.
///
/// Unless [`choose`] or `LESSONS` names some, the same packages and features as in a plain `cargo test`
/// are chosen, so that what that command has compiled is used again.
///
/// # Panics
/// When cargo cannot be run or the build fails: there is nothing to test then.
pub fn artifacts() -> &'static Artifacts {
    static ARTIFACTS: OnceLock<Artifacts> = OnceLock::new();
    ARTIFACTS.get_or_init(|| Artifacts::read(&messages()))
}

/// Builds the binaries and examples of these packages alone, in the profile of this process: for a
/// tool that needs two servers, and not ten minutes of building all the others.
///
/// # Panics
/// As [`artifacts`].
pub fn artifacts_of(packages: &[&str]) -> Artifacts {
    let packages: Vec<String> = packages.iter().map(|name| (*name).to_string()).collect();
    Artifacts::read(&build(&packages))
}

/// Cargo's messages. Under cargo-nextest each test is a process of its own: there the first one
/// keeps them in a file for the others of the same run.
fn messages() -> Vec<u8> {
    let Ok(run) = env::var("NEXTEST_RUN_ID") else {
        return build(&chosen());
    };
    let kept = target_folder().join(format!("black-box-{run}.json"));
    if let Ok(messages) = fs::read(&kept) {
        return messages;
    }
    let messages = build(&chosen());
    // Written beside and renamed, so that no other process reads half a file.
    let half = kept.with_extension(std::process::id().to_string());
    if fs::write(&half, &messages).is_ok() {
        let _ = fs::rename(&half, &kept);
    }
    messages
}

/// What the compiler says of an example that does not compile and that only `feature` lets it look at. It is built
/// among the same packages as the servers, so that no crate is compiled again.
///
/// # Errors
/// When cargo cannot be run, does not know the example, or the example compiles.
pub fn refused(package: &str, example: &str, feature: &str) -> Result<Vec<Diagnostic>, String> {
    let mut packages = chosen();
    if !packages.is_empty() && !packages.iter().any(|chosen| chosen == package) {
        packages.push(package.to_string());
    }
    let mut cargo = cargo_build(&packages);
    cargo
        .args(["--example", example, "--message-format=json"])
        .arg(format!("--features={package}/{feature}"));
    let output = cargo.output().map_err(|error| format!("cargo: {error}"))?;
    let said = diagnostics(&output.stdout);
    let words = String::from_utf8_lossy(&output.stderr);
    match output.status.success() {
        true => Err(format!("{example} of {package} compiles")),
        false if said.is_empty() => Err(format!("{example} of {package}: {words}")),
        false => Ok(said),
    }
}

/// Builds these packages; of none, what a plain `cargo build` takes.
fn build(packages: &[String]) -> Vec<u8> {
    let mut cargo = cargo_build(packages);
    cargo
        .args(["--bins", "--examples"])
        .arg("--message-format=json-render-diagnostics")
        .stderr(Stdio::inherit());
    let output = cargo.output().expect("cargo can be run");
    assert!(
        output.status.success(),
        "the servers do not build: see cargo's words above"
    );
    output.stdout
}

/// `cargo build` of these packages, in the profile and the target folder of this process.
fn cargo_build(packages: &[String]) -> Command {
    let mut cargo = cargo(&root());
    let names = packages.iter().map(String::as_str);
    cargo
        .arg("build")
        .args(names.flat_map(|name| ["--package", name]))
        .arg("--target-dir")
        .arg(target_folder());
    // The features that a run asks for, as `lesson-12/postgres`.
    if let Ok(features) = env::var("LESSON_FEATURES") {
        cargo.args(["--features", &features]);
    }
    if !cfg!(debug_assertions) {
        cargo.arg("--release");
    }
    cargo
}

/// The target folder that this very program was built into, wherever it lies.
pub fn target_folder() -> PathBuf {
    let test = env::current_exe().expect("the running program has a path");
    test.ancestors()
        .find(|folder| folder.join("CACHEDIR.TAG").is_file())
        .map_or_else(|| root().join("target"), Path::to_path_buf)
}
