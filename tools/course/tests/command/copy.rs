//! The course, for a test to change.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use house::start::Started;
use tempfile::TempDir;

/// A copy of the exercises, the solutions and two lessons, which nobody else sees. Nothing is built in it.
pub struct Copy {
    pub folder: TempDir,
}

impl Copy {
    pub fn new() -> Copy {
        let folder = TempDir::new().expect("a folder can be made");
        let root = house::root();
        for part in [
            "exercises",
            "solutions",
            "notes",
            "lessons/01-raw-interface",
            "lessons/02-routing",
        ] {
            copy(&root.join(part), &folder.path().join(part));
        }
        // The student's own work in this repository is none of this test's business.
        for exercise in ["00-http-by-hand", "01-raw-interface", "02-routing"] {
            let _ = fs::remove_dir_all(
                folder
                    .path()
                    .join("exercises")
                    .join(exercise)
                    .join("target"),
            );
        }
        Copy { folder }
    }

    /// A copy in which exercise 00 can be built and judged.
    pub fn that_builds() -> Copy {
        let copy = Copy::new();
        let root = house::root();
        for part in ["tools/house", "tools/judge", "tools/wire"] {
            copy_of(&root, part, &copy);
        }
        fs::copy(root.join("Cargo.lock"), copy.path("Cargo.lock")).expect("it can be copied");
        let manifest = fs::read_to_string(root.join("Cargo.toml")).expect("it is there");
        let mut manifest: toml::Table = manifest.parse().expect("it is TOML");
        let workspace = manifest["workspace"].as_table_mut().expect("a table");
        let members = ["exercises/00-http-by-hand", "tools/*"].map(toml::Value::from);
        workspace.insert("members".into(), toml::Value::Array(members.into()));
        workspace.retain(|key, _| !["default-members", "exclude"].contains(&key));
        fs::write(copy.path("Cargo.toml"), manifest.to_string()).expect("it can be written");
        copy
    }

    pub fn write(&self, file: &str, text: &str) {
        fs::write(self.path(file), text).expect("a file can be written");
    }

    pub fn read(&self, file: &str) -> String {
        fs::read_to_string(self.path(file)).expect("the file is there")
    }

    /// Puts some words of a file in place of others.
    pub fn edit(&self, file: &str, from: &str, to: &str) {
        let text = self.read(file);
        assert!(text.contains(from), "{from}");
        self.write(file, &text.replace(from, to));
    }

    pub fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_course"));
        command
            .arg("--repository")
            .arg(self.folder.path())
            .env("CARGO_NET_OFFLINE", "true")
            .env_remove("CLICOLOR_FORCE")
            .stdin(Stdio::null());
        command
    }

    /// Runs a command that goes on until the value is dropped.
    pub fn start(&self, arguments: &[&str], variables: &[(&str, &Path)]) -> Started {
        let mut command = self.command();
        command.args(arguments).envs(variables.iter().copied());
        Started::child(&mut command, 1 << 20).expect("the tool starts")
    }

    pub fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join(file)
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        let mut command = self.command();
        command.args(arguments).output().expect("the tool starts")
    }

    /// What it prints when all is well.
    pub fn says(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {stderr}");
        String::from_utf8(output.stdout)
            .expect("it writes UTF-8")
            .replace('\\', "/")
    }

    pub fn git(&self, arguments: &[&str]) {
        git(self.folder.path(), arguments);
    }
}

pub fn git(folder: &Path, arguments: &[&str]) {
    let output = Command::new("git")
        .args([
            "-c",
            "user.name=a",
            "-c",
            "user.email=a@b.c",
            "-c",
            "init.defaultBranch=main",
        ])
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("git runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "git {arguments:?}: {said}");
}

pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder can be made");
    for entry in fs::read_dir(from).expect("the folder is there").flatten() {
        let target = to.join(entry.file_name());
        match entry.path().is_dir() {
            true => copy(&entry.path(), &target),
            false => drop(fs::copy(entry.path(), target).expect("a file can be copied")),
        }
    }
}

pub fn copy_of(root: &Path, part: &str, to: &Copy) {
    copy(&root.join(part), &to.path(part));
}
