//! What is built once, before any submission is: the judge of an exercise, the crates that its server needs,
//! and how the compiler is to be called for the student's own crate. No code of a student is near.
//!
//! All of it lies below `target/grade/`, apart from what the grader builds otherwise, and is laid out from the
//! content of the course's files: a file that stays as it is keeps its date, one that has changed is dated now,
//! one that is gone is removed.

use std::collections::BTreeMap;
use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use toml::Table;

use crate::course::{Course, Pristine, files_below, text};

/// Where the compiler's call is written down: the variable that makes this program stand in for `rustc`.
pub const RECORD: &str = "GRADE_RECORD";

/// What prepares, and where it keeps what it has made.
#[derive(Debug)]
pub struct Workshop<'a> {
    pub course: &'a Course,
    /// `target/grade`
    pub folder: PathBuf,
    /// What the compiler is: its version, in full.
    pub compiler: String,
    /// The compiler's own folder, with its libraries.
    pub sysroot: PathBuf,
}

/// A call of the compiler.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Call {
    pub arguments: Vec<String>,
    pub variables: BTreeMap<String, String>,
}

impl<'a> Workshop<'a> {
    /// Looks for the compiler.
    pub fn open(course: &'a Course) -> Result<Workshop<'a>, String> {
        let ask = |arguments: &[&str]| {
            let output = Command::new("rustc")
                .args(arguments)
                .current_dir(&course.root)
                .output();
            let output = output.map_err(|error| format!("rustc cannot be run: {error}."))?;
            match output.status.success() {
                true => Ok(String::from_utf8_lossy(&output.stdout).trim().to_string()),
                false => Err(format!(
                    "rustc cannot be run: {}",
                    String::from_utf8_lossy(&output.stderr).trim()
                )),
            }
        };
        let sysroot = PathBuf::from(ask(&["--print", "sysroot"])?);
        Ok(Workshop {
            course,
            folder: course.root.join("target").join("grade"),
            compiler: ask(&["--version", "--verbose"])?,
            sysroot,
        })
    }

    /// Where the crates are that everything is built from.
    pub fn crates(&self) -> PathBuf {
        self.folder.join("target")
    }

    /// Builds all that an exercise needs before any submission comes.
    pub fn prepare(&self, pristine: &Pristine) -> Result<(), String> {
        let manifest: Table = pristine
            .manifest()
            .parse()
            .map_err(|error| format!("Cargo.toml: {error}"))?;
        self.judge(pristine)?;
        self.call(pristine, &manifest)?;
        Ok(())
    }

    /// Builds the program that judges an exercise.
    pub fn judge(&self, pristine: &Pristine) -> Result<PathBuf, String> {
        let folder = self.folder.join("judges").join(&pristine.number);
        let topic = format!("exercises/{}", pristine.exercise.topic);
        let mut files = BTreeMap::new();
        for (file, bytes) in &pristine.files {
            files.insert(format!("{topic}/{file}"), bytes.clone());
        }
        let manifest = pristine.manifest();
        self.add_neighbours(&mut files, Path::new(&topic), &manifest)?;
        files.insert("Cargo.toml".into(), self.workspace(&[&topic])?.into_bytes());
        files.insert("Cargo.lock".into(), self.course.lock.clone().into_bytes());
        lay_out(&folder, &files)?;
        let package = pristine.package();
        let arguments = ["test", "--no-run", "--package", &package, "--test", "tasks"];
        let messages = self.cargo(&folder, &arguments, None)?;
        executable(&messages, "tasks").ok_or_else(|| "cargo did not build a judge".to_string())
    }

    /// Builds the crates of a manifest, and writes down how the compiler is called for the crate itself.
    pub fn call(&self, pristine: &Pristine, manifest: &Table) -> Result<Call, String> {
        let mut manifest = manifest.clone();
        for unneeded in ["dev-dependencies", "test", "bench", "example"] {
            manifest.remove(unneeded);
        }
        manifest.insert("workspace".into(), self.inherited()?.into());
        manifest.insert("profile".into(), self.profiles()?);
        let manifest = manifest.to_string();
        let key = digest([
            manifest.as_bytes(),
            self.course.lock.as_bytes(),
            self.compiler.as_bytes(),
        ]);
        let folder = self.folder.join("calls").join(&key[..16]);
        let record = folder.join("call.json");
        let files = BTreeMap::from([
            ("Cargo.toml".to_string(), manifest.into_bytes()),
            (
                "Cargo.lock".to_string(),
                self.course.lock.clone().into_bytes(),
            ),
            ("src/main.rs".to_string(), b"fn main() {}\n".to_vec()),
        ]);
        lay_out(&folder, &files)?;
        self.check_crates(&folder)?;
        let package = pristine.package();
        let arguments = ["build", "--bin", &package];
        self.cargo(&folder, &arguments, Some(&record))?;
        let known = text(&record)?;
        serde_json::from_str(&known).map_err(|error| format!("{}: {error}", record.display()))
    }

    /// Chooses the versions of all crates, before any is built: they must be those of the course's lock file.
    fn check_crates(&self, folder: &Path) -> Result<(), String> {
        self.cargo(folder, &["metadata", "--format-version=1"], None)?;
        let versions = |lock: &str| -> Result<Vec<(String, String)>, String> {
            let lock: Table = lock
                .parse()
                .map_err(|error| format!("Cargo.lock: {error}"))?;
            let packages = lock.get("package").and_then(toml::Value::as_array);
            let packages = packages.into_iter().flatten();
            let registry = packages.filter(|package| package.get("source").is_some());
            let part =
                |package: &toml::Value, key: &str| Some(package.get(key)?.as_str()?.to_string());
            Ok(registry
                .filter_map(|package| Some((part(package, "name")?, part(package, "version")?)))
                .collect())
        };
        let own = versions(&self.course.lock)?;
        let chosen = versions(&text(&folder.join("Cargo.lock"))?)?;
        match chosen.iter().find(|one| !own.contains(one)) {
            None => Ok(()),
            Some((name, version)) => Err(format!(
                "it would take {name} {version}, which is not in the course's Cargo.lock"
            )),
        }
    }

    fn cargo(
        &self,
        folder: &Path,
        arguments: &[&str],
        record: Option<&Path>,
    ) -> Result<String, String> {
        let run = |offline: bool| {
            let mut cargo = Command::new(env::var_os("CARGO").unwrap_or("cargo".into()));
            cargo
                .args(arguments)
                .arg("--quiet")
                .args(offline.then_some("--offline"))
                .current_dir(folder)
                .stdin(Stdio::null());
            if arguments[0] != "metadata" {
                cargo
                    .args(["--message-format=json-render-diagnostics", "--target-dir"])
                    .arg(self.crates());
            }
            for name in [
                "RUSTFLAGS",
                "CARGO_ENCODED_RUSTFLAGS",
                "RUSTC_WRAPPER",
                "CARGO_TARGET_DIR",
                "CARGO_BUILD_TARGET",
            ] {
                cargo.env_remove(name);
            }
            if let Some(record) = record {
                let own = env::current_exe().map_err(|error| error.to_string())?;
                cargo
                    .env("RUSTC_WORKSPACE_WRAPPER", own)
                    .env(RECORD, record);
            }
            cargo
                .output()
                .map_err(|error| format!("cargo cannot be run: {error}."))
        };
        let mut output = run(true)?;
        if !output.status.success() {
            // The crates may not be here yet.
            output = run(false)?;
        }
        match output.status.success() {
            true => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
            false => {
                let said = String::from_utf8_lossy(&output.stderr);
                Err(format!(
                    "cargo {} fails:\n{}",
                    arguments.join(" "),
                    said.trim()
                ))
            }
        }
    }

    /// The course's own manifest.
    fn manifest(&self) -> Result<Table, String> {
        text(&self.course.root.join("Cargo.toml"))?
            .parse()
            .map_err(|error| format!("Cargo.toml: {error}"))
    }

    /// The course's workspace without its members: what they inherit.
    fn inherited(&self) -> Result<Table, String> {
        let mut workspace = match self.manifest()?.remove("workspace") {
            Some(toml::Value::Table(workspace)) => workspace,
            _ => return Err("Cargo.toml: there is no [workspace].".into()),
        };
        workspace.remove("members");
        workspace.remove("default-members");
        Ok(workspace)
    }

    /// The oldest Rust that the course is built with.
    pub fn rust_version(&self) -> Result<String, String> {
        let inherited = self.inherited()?;
        let version = inherited
            .get("package")
            .and_then(|package| package.get("rust-version")?.as_str());
        Ok(version
            .ok_or("Cargo.toml: there is no rust-version.")?
            .into())
    }

    /// The profiles of the course. Nobody debugs a submission here.
    fn profiles(&self) -> Result<toml::Value, String> {
        let own = self.manifest()?;
        let mut profiles = own
            .get("profile")
            .cloned()
            .unwrap_or_else(|| Table::new().into());
        if let Some(dev) = profiles.get_mut("dev").and_then(|dev| dev.as_table_mut()) {
            dev.insert("debug".into(), false.into());
            dev.insert("incremental".into(), false.into());
            // Profiles of packages that are not here are warned about.
            if let Some(packages) = dev
                .get_mut("package")
                .and_then(|packages| packages.as_table_mut())
            {
                packages.retain(|name, _| {
                    name == "*" || self.course.lock.contains(&format!("name = {name:?}"))
                });
            }
        }
        Ok(profiles)
    }

    pub fn workspace(&self, members: &[&str]) -> Result<String, String> {
        let members: Vec<toml::Value> = members.iter().map(|member| (*member).into()).collect();
        let mut workspace = self.inherited()?;
        workspace.insert("members".into(), members.into());
        let mut manifest = Table::new();
        manifest.insert("workspace".into(), workspace.into());
        manifest.insert("profile".into(), self.profiles()?);
        Ok(manifest.to_string())
    }

    /// The packages of the course that a package needs, by `path`, without what tests them.
    pub fn add_neighbours(
        &self,
        files: &mut BTreeMap<String, Vec<u8>>,
        from: &Path,
        manifest: &str,
    ) -> Result<(), String> {
        let manifest: Table = manifest
            .parse()
            .map_err(|error| format!("{}: {error}", from.display()))?;
        let inherited = self.inherited()?;
        let shared = inherited
            .get("dependencies")
            .and_then(|table| table.as_table());
        for folder in neighbours(&manifest, from, shared) {
            let name = folder.to_string_lossy().replace('\\', "/");
            if files.contains_key(&format!("{name}/Cargo.toml")) {
                continue;
            }
            let own = self.course.root.join(&folder);
            let mut trimmed: Table = text(&own.join("Cargo.toml"))?
                .parse()
                .map_err(|error| format!("{name}: {error}"))?;
            for unneeded in ["dev-dependencies", "test", "bench", "example", "bin"] {
                trimmed.remove(unneeded);
            }
            for (file, bytes) in files_below(&own.join("src"))? {
                if !file.starts_with("bin/") && file != "main.rs" {
                    files.insert(format!("{name}/src/{file}"), bytes);
                }
            }
            let trimmed = trimmed.to_string();
            files.insert(format!("{name}/Cargo.toml"), trimmed.clone().into_bytes());
            self.add_neighbours(files, &folder, &trimmed)?;
        }
        Ok(())
    }
}

/// The folders of all dependencies by `path`: a package's own, from its folder, and those that it shares with
/// its workspace, from the root.
fn neighbours(manifest: &Table, from: &Path, shared: Option<&Table>) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for (key, value) in manifest {
        let Some(table) = value.as_table() else {
            continue;
        };
        if key.ends_with("dependencies") {
            let path = |wish: &toml::Value| Some(PathBuf::from(wish.get("path")?.as_str()?));
            let folder = |(name, wish): (&String, &toml::Value)| match wish.get("workspace") {
                Some(_) => path(shared?.get(name)?),
                None => path(wish).map(|path| normal(&from.join(path))),
            };
            found.extend(table.iter().filter_map(folder));
        } else if key == "target" {
            let targets = table.values().filter_map(|target| target.as_table());
            found.extend(targets.flat_map(|target| neighbours(target, from, shared)));
        }
    }
    found
}

/// A path without `..` in it.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => drop(normal.pop()),
            Component::CurDir => {}
            other => normal.push(other),
        }
    }
    normal
}

/// Makes a folder hold these files and no others, but for what stands in `kept` places: records.
fn lay_out(folder: &Path, files: &BTreeMap<String, Vec<u8>>) -> Result<(), String> {
    let there = files_below(folder).unwrap_or_default();
    for (file, bytes) in files {
        let path = folder.join(file);
        // Cargo writes into its lock file what it leaves out of it.
        let is_kept =
            there.get(file) == Some(bytes) || (file == "Cargo.lock" && there.contains_key(file));
        if !is_kept {
            write(&path, bytes)?;
        }
    }
    for file in there
        .keys()
        .filter(|file| !files.contains_key(*file) && *file != "call.json")
    {
        let _ = fs::remove_file(folder.join(file));
    }
    Ok(())
}

/// Writes a file and the folders above it.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), String> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(path, bytes))
        .map_err(|error| format!("{} cannot be written: {error}.", path.display()))
}

/// A number for what all of these hold.
pub fn digest<'b>(parts: impl IntoIterator<Item = &'b [u8]>) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn executable(messages: &str, target: &str) -> Option<PathBuf> {
    let messages = messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let mut found = messages.filter(|message| message["target"]["name"] == target);
    found.find_map(|message| message["executable"].as_str().map(PathBuf::from))
}

/// Stands in for the compiler: `grade RUSTC ARGUMENTS…` writes the call down and makes it.
pub fn record(to: OsString, arguments: &[OsString]) -> ExitCode {
    let Some((compiler, arguments)) = arguments.split_first() else {
        return ExitCode::FAILURE;
    };
    let texts: Vec<String> = arguments
        .iter()
        .map(|argument| argument.to_string_lossy().into_owned())
        .collect();
    if texts.iter().any(|argument| argument == "src/main.rs") {
        let of_cargo =
            env::vars().filter(|(name, _)| name.starts_with("CARGO_") && name != "CARGO_MAKEFLAGS");
        let call = Call {
            arguments: texts,
            variables: of_cargo.collect(),
        };
        let written = serde_json::to_vec_pretty(&call).map_err(|error| error.to_string());
        if let Err(problem) = written.and_then(|call| write(Path::new(&to), &call)) {
            eprintln!("{problem}");
            return ExitCode::FAILURE;
        }
    }
    let status = Command::new(compiler).args(arguments).status();
    match status {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}
