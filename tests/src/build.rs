//! Builds the servers and says where their executables are.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::{env, fs};

use serde_json::Value;

use crate::repository;

/// What `cargo build` made: by package and name, `lesson-05` or `lesson-05/bare_hyper`.
#[derive(Clone, Debug, Default)]
pub struct Artifacts {
    executables: BTreeMap<String, PathBuf>,
}

impl Artifacts {
    /// The executable of a package, or of one of its examples.
    ///
    /// # Panics
    /// When there is no such executable; the message lists those that there are.
    pub fn executable(&self, package: &str, example: Option<&str>) -> &Path {
        let key = key(package, example);
        self.executables.get(&key).unwrap_or_else(|| {
            let known: Vec<&str> = self.executables.keys().map(String::as_str).collect();
            panic!("there is no server {key}; there are: {}", known.join(", "))
        })
    }
}

fn key(package: &str, example: Option<&str>) -> String {
    match example {
        Some(example) => format!("{package}/{example}"),
        None => package.to_string(),
    }
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
    ARTIFACTS.get_or_init(|| parse(&messages()))
}

/// Builds the binaries and examples of these packages alone, in the profile of this process: for a
/// tool that needs two servers, and not ten minutes of building all the others.
///
/// # Panics
/// As [`artifacts`].
pub fn artifacts_of(packages: &[&str]) -> Artifacts {
    let packages: Vec<String> = packages.iter().map(|name| (*name).to_string()).collect();
    parse(&build(&packages))
}

/// Cargo's messages. Under cargo-nextest each test is a process of its own: there the first one
/// keeps them in a file for the others of the same run.
fn messages() -> String {
    let Ok(run) = env::var("NEXTEST_RUN_ID") else {
        return build(&chosen());
    };
    let kept = target_folder().join(format!("black-box-{run}.json"));
    if let Ok(messages) = fs::read_to_string(&kept) {
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

/// What cargo says, message by message, of an example that does not compile and that only `feature` lets
/// it look at. It is built among the same packages as the servers, so that no crate is compiled again.
///
/// # Errors
/// When cargo cannot be run, does not know the example, or the example compiles.
pub fn refused(package: &str, example: &str, feature: &str) -> Result<String, String> {
    let mut packages = chosen();
    if !packages.is_empty() && !packages.iter().any(|chosen| chosen == package) {
        packages.push(package.to_string());
    }
    let mut cargo = cargo_build(&packages);
    cargo
        .args(["--example", example, "--message-format=json"])
        .arg(format!("--features={package}/{feature}"));
    let output = cargo.output().map_err(|error| format!("cargo: {error}"))?;
    let messages = String::from_utf8_lossy(&output.stdout).into_owned();
    let words = String::from_utf8_lossy(&output.stderr);
    match output.status.success() {
        true => Err(format!("{example} of {package} compiles")),
        false if messages.contains("\"compiler-message\"") => Ok(messages),
        false => Err(format!("{example} of {package}: {words}")),
    }
}

/// Builds these packages; of none, what a plain `cargo build` takes.
fn build(packages: &[String]) -> String {
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
    String::from_utf8(output.stdout).expect("cargo writes UTF-8")
}

/// `cargo build` of these packages, in the profile and the target folder of this process.
fn cargo_build(packages: &[String]) -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or("cargo".into()));
    cargo
        .arg("build")
        .args(
            packages
                .iter()
                .flat_map(|name| ["--package", name.as_str()]),
        )
        .arg("--target-dir")
        .arg(target_folder())
        .current_dir(repository::root())
        .stdin(Stdio::null());
    // The features that a run asks for, as `lesson-12/postgres`.
    if let Ok(features) = env::var("LESSON_FEATURES") {
        cargo.args(["--features", &features]);
    }
    if !cfg!(debug_assertions) {
        cargo.arg("--release");
    }
    cargo
}

/// The target folder that this very test was built into, wherever it lies.
pub fn target_folder() -> PathBuf {
    let test = env::current_exe().expect("the running test has a path");
    test.ancestors()
        .find(|folder| folder.join("CACHEDIR.TAG").is_file())
        .map_or_else(|| repository::root().join("target"), Path::to_path_buf)
}

fn parse(messages: &str) -> Artifacts {
    let mut artifacts = Artifacts::default();
    for message in messages.lines() {
        let Ok(message) = serde_json::from_str::<Value>(message) else {
            continue;
        };
        if message["reason"] != "compiler-artifact" {
            continue;
        }
        let package = package_name(&message);
        let name = message["target"]["name"].as_str().unwrap_or_default();
        let is_example = message["target"]["kind"][0] == "example";
        if let Some(executable) = message["executable"].as_str() {
            let key = match is_example {
                true => key(&package, Some(name)),
                false if name == package => key(&package, None),
                false => key(&package, Some(name)),
            };
            artifacts.executables.insert(key, executable.into());
        }
    }
    artifacts
}

/// The package's name, read off its folder's manifest path: ids come in more than one form.
fn package_name(message: &Value) -> String {
    let id = message["package_id"].as_str().unwrap_or_default();
    let name = id.rsplit(['#', '/']).next().unwrap_or_default();
    match name.split_once('@') {
        Some((name, _)) => name.to_string(),
        // `path+file:///…/lessons/05-mini-framework#lesson-05@0.1.0` has an @; an id without
        // one ends in the folder's name and version, and the folder's name is the package's.
        None => message["target"]["name"]
            .as_str()
            .unwrap_or_default()
            .to_string(),
    }
}
