//! The grader as other systems take it: a zip with the scripts that they run, and the part of the course that one
//! exercise needs, without its solution.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;
use std::path::Path;

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::course::{Pristine, files_below, text};
use crate::prepare::Workshop;

/// The scripts of a system, by name.
type Scripts = &'static [(&'static str, &'static str)];
pub const GRADESCOPE: Scripts = &[("setup.sh", SETUP), ("run_autograder", RUN)];
pub const CLASSROOM50: Scripts = &[("autograder.py", AUTOGRADER)];

/// What Gradescope runs once, when the zip is uploaded, as root on a Debian or Ubuntu.
const SETUP: &str = r#"#!/usr/bin/env bash
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq build-essential ca-certificates curl
curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh -s -- -y --profile minimal --default-toolchain {{rust}}
. "$HOME/.cargo/env"
cd /autograder/source/course
cargo build --quiet --package grade
target/debug/grade prepare --exercise {{number}}
"#;

/// What it runs for each submission. A result is written whatever happens.
const RUN: &str = r#"#!/usr/bin/env bash
. "$HOME/.cargo/env" 2>/dev/null || true
autograder="${AUTOGRADER:-/autograder}"
out=$(mktemp -d)
course="$autograder/source/course"
mkdir -p "$autograder/results"
cat >"$autograder/results/results.json" <<'END'
{"score": 0, "output": "The grader broke off. This says nothing about your work: your instructor can run it again.", "tests": []}
END
"$course/target/debug/grade" "$autograder/submission" --one --exercise {{number}} --format gradescope --out "$out" >"$out/said" 2>&1
if [ -f "$out/gradescope/submission.json" ]; then
  cp "$out/gradescope/submission.json" "$autograder/results/results.json"
else
  cat "$out/said" # for the instructor: students do not see it
fi
"#;

/// What Classroom 50's runner runs in the student's checkout. It ends with an error when there is no verdict.
const AUTOGRADER: &str = r#"#!/usr/bin/env python3
"""Grades exercise {{number}} by the course's own grader, in its sandbox, and leaves result.json in this folder."""

import datetime
import json
import subprocess
import sys
import tempfile
from pathlib import Path

course = Path(__file__).resolve().parent / "course"
subprocess.run(["cargo", "build", "--quiet", "--package", "grade"], cwd=course, check=True)
with tempfile.TemporaryDirectory() as out:
    grade = [course / "target/debug/grade", ".", "--one", "--exercise", "{{number}}"]
    subprocess.run([*grade, "--format", "classroom50", "--out", out], check=True)
    [written] = Path(out, "classroom50").glob("*.json")
    result = json.loads(written.read_text())

# When it was submitted, not when it was graded.
commit = subprocess.run(["git", "log", "-1", "--format=%ct"], capture_output=True, text=True)
if commit.returncode == 0:
    submitted = datetime.datetime.fromtimestamp(int(commit.stdout), datetime.timezone.utc)
    result["datetime"] = submitted.strftime("%Y-%m-%dT%H:%M:%SZ")
Path("result.json").write_text(json.dumps(result, indent=2))
print(result["score"], "of", result["max-score"], file=sys.stderr)
"#;

/// Writes a zip with the scripts, for an exercise.
pub fn package(
    workshop: &Workshop,
    pristine: &Pristine,
    scripts: Scripts,
    to: &Path,
) -> Result<(), String> {
    let number = &pristine.number;
    let rust = workshop.rust_version()?;
    let filled = |script: &str| {
        script
            .replace("{{number}}", number)
            .replace("{{rust}}", &rust)
    };
    let mut files: BTreeMap<String, (u32, Vec<u8>)> = BTreeMap::new();
    for (name, script) in scripts {
        files.insert((*name).into(), (0o755, filled(script).into_bytes()));
    }
    for (file, bytes) in workshop.part(pristine)? {
        files.insert(format!("course/{file}"), (0o644, bytes));
    }
    write_zip(to, &files).map_err(|error| format!("{} cannot be written: {error}.", to.display()))
}

impl Workshop<'_> {
    /// The part of the course that grades an exercise: itself, what judges it, this tool.
    fn part(&self, pristine: &Pristine) -> Result<BTreeMap<String, Vec<u8>>, String> {
        let exercise = format!("exercises/{}", pristine.exercise.topic);
        let mut part = BTreeMap::new();
        for (file, bytes) in &pristine.files {
            part.insert(format!("{exercise}/{file}"), bytes.clone());
        }
        for (file, bytes) in files_below(&self.course.root.join("tools/grade"))? {
            if file.starts_with("src/") || file == "Cargo.toml" {
                part.insert(format!("tools/grade/{file}"), bytes);
            }
        }
        let own = text(&self.course.root.join("tools/grade/Cargo.toml"))?;
        self.add_neighbours(&mut part, Path::new("tools/grade"), &own)?;
        self.add_neighbours(&mut part, Path::new(&exercise), &pristine.manifest())?;
        let members = ["tools/grade", &exercise];
        part.insert("Cargo.toml".into(), self.workspace(&members)?.into_bytes());
        part.insert("Cargo.lock".into(), self.course.lock.clone().into_bytes());
        Ok(part)
    }
}

fn write_zip(to: &Path, files: &BTreeMap<String, (u32, Vec<u8>)>) -> zip::result::ZipResult<()> {
    let mut archive = ZipWriter::new(File::create(to)?);
    for (file, (mode, bytes)) in files {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .unix_permissions(*mode);
        archive.start_file(file.as_str(), options)?;
        archive.write_all(bytes)?;
    }
    archive.finish()?;
    Ok(())
}
