//! The Python originals, which lie outside of this repository.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use house::files::{TempDir, of_kind, temporary};
use house::start::free_address;

use super::Row;
use super::rungs::{Original, Rung, Served};
use super::server::Running;
use crate::running;

/// What the remarks say of how they run.
pub const SERVERS: &str = "gunicorn with 2 workers (09: uvicorn with 2, uvloop and httptools)";
const WORKERS: &str = "2";

/// Prints the lines with code in the files that it is given: what is neither blank, nor a
/// comment, nor a docstring.
const COUNT_LINES: &str = r#"
import ast, sys, tokenize
total = 0
no_code = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT,
           tokenize.ENCODING, tokenize.ENDMARKER)
for path in sys.argv[1:]:
    tree = ast.parse(open(path, encoding="utf-8").read())
    docs = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            docs.update(range(node.lineno, node.end_lineno + 1))
    lines = set()
    with open(path, "rb") as file:
        for token in tokenize.tokenize(file.readline):
            if token.type not in no_code:
                lines.update(range(token.start[0], token.end[0] + 1))
    total += len(lines - docs)
print(total)
"#;

/// Prints how many packages those that it is given need, themselves included, and their bytes.
const COUNT_PACKAGES: &str = r#"
import os, sys
from importlib.metadata import distribution, PackageNotFoundError
from packaging.requirements import Requirement
found, todo = {}, list(sys.argv[1:])
while todo:
    name = todo.pop()
    try:
        package = distribution(name)
    except PackageNotFoundError:
        sys.exit(f"the package {name} is not installed")
    if package.metadata["Name"] in found:
        continue
    files = [package.locate_file(file) for file in package.files or []]
    found[package.metadata["Name"]] = sum(
        os.path.getsize(file) for file in files if os.path.isfile(file) and not str(file).endswith(".pyc"))
    for line in package.requires or []:
        needed = Requirement(line)
        if needed.marker is None or needed.marker.evaluate({"extra": ""}):
            todo.append(needed.name)
print(len(found), sum(found.values()))
"#;

/// Django's settings, but for those that are meant for development.
const DJANGO_SETTINGS: &str =
    "from notes.settings import *\nDEBUG = False\nALLOWED_HOSTS = ['127.0.0.1', 'localhost']\n";

/// The folder of the parity kit, and a Python that can run what is in it.
pub struct Originals {
    folder: PathBuf,
    python: PathBuf,
    version: String,
}

impl Originals {
    /// # Errors
    /// When it is not that folder, or the kit's Python is not set up.
    pub fn open(kit: &Path) -> Result<Originals, String> {
        let found = fs::canonicalize(kit.join("originals"));
        let folder = found.map_err(|error| format!("{}/originals: {error}", kit.display()))?;
        let venv = std::env::var_os("PARITY_VENV").map_or_else(|| kit.join(".venv"), Into::into);
        // Made absolute, and not resolved: Python knows its packages by the link's place.
        let python = std::path::absolute(venv.join("bin/python"));
        let python = python.map_err(|error| error.to_string())?;
        if !python.exists() {
            return Err("The kit's Python is not set up: run its setup.sh first.".into());
        }
        let mut originals = Originals {
            folder,
            python,
            version: String::new(),
        };
        originals.version = originals.output(&["--version"])?;
        Ok(originals)
    }

    pub fn version(&self) -> &str {
        &self.version
    }

    /// What Python prints for these arguments.
    fn output(&self, arguments: &[&str]) -> Result<String, String> {
        let output = Command::new(&self.python).args(arguments).output();
        let output = output.map_err(|error| format!("{}: {error}", self.python.display()))?;
        match output.status.success() {
            true => Ok(String::from_utf8_lossy(&output.stdout).trim().to_string()),
            false => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
        }
    }

    /// The row of an original, as far as it can be told without asking it anything.
    pub fn count<'a>(&self, rung: &'a Rung, original: &Original) -> Result<Row<'a>, String> {
        let folder = self.folder.join(original.folder);
        // A file, or all Python files below a folder.
        let files = original
            .files
            .iter()
            .flat_map(|file| of_kind(&folder.join(file), "py"));
        let files: Vec<PathBuf> = files.collect();
        let files = files.iter().filter_map(|file| file.to_str());
        let lines: Vec<&str> = ["-c", COUNT_LINES].into_iter().chain(files).collect();
        let packages: Vec<&str> = ["-c", COUNT_PACKAGES]
            .into_iter()
            .chain(original.packages.iter().copied())
            .collect();
        let number = |text: &str| {
            text.parse::<u64>()
                .map_err(|_| format!("Python said {text:?}"))
        };
        let counted = self.output(&packages)?;
        let (packages, size) = counted.split_once(' ').unwrap_or_default();
        Ok(Row {
            rung,
            name: format!("{} in Python: {}", rung.number(), original.name),
            is_original: true,
            lines: number(&self.output(&lines)?)?,
            packages: number(packages)?,
            build: None,
            size: number(size)?,
            rates: [Vec::new(), Vec::new()],
            memory: [0, 0],
        })
    }

    /// Starts an original under a server that is made for production.
    pub fn start(&self, original: &Original) -> Result<Running, String> {
        let temporary = temporary("measure-")?;
        let address = free_address()?;
        let port = address.port().to_string();
        let site = house::root().join("lessons/10-serving/site");
        let (host, site) = (address.to_string(), site.display().to_string());
        let arguments = match original.served {
            Served::Gunicorn(application) => {
                vec![
                    "-m",
                    "gunicorn",
                    "--workers",
                    WORKERS,
                    "--bind",
                    &host,
                    application,
                ]
            }
            Served::Uvicorn(application) => vec![
                "-m",
                "uvicorn",
                application,
                "--workers",
                WORKERS,
                "--no-access-log",
                "--host",
                "127.0.0.1",
                "--port",
                &port,
            ],
            Served::HttpServer => vec![
                "-m",
                "http.server",
                &port,
                "--bind",
                "127.0.0.1",
                "--directory",
                &site,
            ],
        };
        if original.name == "Django" {
            let settings = temporary.path().join("measured_settings.py");
            fs::write(settings, DJANGO_SETTINGS).map_err(|error| error.to_string())?;
            let mut migrate = self.command(original, &temporary);
            migrate.args(["manage.py", "migrate", "--verbosity", "0"]);
            let status = migrate.status().map_err(|error| error.to_string())?;
            if !status.success() {
                return Err("Django's manage.py migrate failed.".into());
            }
        }
        let mut server = self.command(original, &temporary);
        let running = running::Running::at(address, original.name, server.args(arguments))?;
        Ok(Running::of(running, temporary))
    }

    /// Python in the original's folder, writing nothing there.
    fn command(&self, original: &Original, temporary: &TempDir) -> Command {
        let mut command = Command::new(&self.python);
        command
            .arg("-B")
            .current_dir(self.folder.join(original.folder))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        if original.name == "Django" {
            command
                .env("DJANGO_DB", temporary.path().join("db.sqlite3"))
                .env("DJANGO_SETTINGS_MODULE", "measured_settings")
                .env("PYTHONPATH", temporary.path());
        }
        command
    }
}
