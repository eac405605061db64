//! A server that takes part, and what is asked of it.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tests::build::artifacts;
use tests::repository;

use super::rungs::Rung;
use crate::{machine, running};

/// How long a server may take to be ready, and for an answer.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running server. What it says on standard error is thrown away: to keep it would cost time.
pub struct Running {
    child: Child,
    address: String,
    /// Removed in the end.
    _folder: Folder,
}

/// What one run of wrk has shown.
pub struct Run {
    pub rate: f64,
    /// Requests that were not answered, or too late.
    pub failed: u64,
}

/// # Errors
/// When wrk is not installed.
pub fn wrk_is_there() -> Result<(), String> {
    match Command::new("wrk").arg("--version").output() {
        Ok(_) => Ok(()),
        Err(_) => Err("wrk is not installed. On Debian and Ubuntu: apt-get install wrk".into()),
    }
}

impl Running {
    /// Starts a lesson's program.
    pub fn lesson(rung: &Rung) -> Result<Running, String> {
        let program = artifacts().executable(&rung.package(), None);
        let folder = Folder::new(rung.lesson)?;
        let database = format!("sqlite:{}", folder.0.join("db.sqlite3").display());
        let command = || {
            let mut command = Command::new(program);
            command
                .current_dir(repository::root())
                .envs(rung.env.iter().copied())
                .stdin(Stdio::null());
            if rung.has_database {
                command.env("DATABASE_URL", &database);
            }
            command
        };
        let failed = |error: std::io::Error| format!("{}: {error}", program.display());
        if rung.has_database {
            let status = command().arg("migrate").stdout(Stdio::null()).status();
            if !status.map_err(failed)?.success() {
                return Err(format!("{} migrate: failed", program.display()));
            }
        }
        let (child, address) = running::listening(&mut command())?;
        Ok(Running::of(child, address, folder))
    }

    /// Takes over a process that listens, or soon will, at this address.
    pub fn of(child: Child, address: String, folder: Folder) -> Running {
        Running {
            child,
            address,
            _folder: folder,
        }
    }

    /// Waits until a page is there.
    pub fn first_answer(&self, page: &str) -> Result<(), String> {
        let begun = Instant::now();
        loop {
            let problem = match self.status(page) {
                Ok(status) if status.starts_with("HTTP/1") && status.contains(" 200 ") => {
                    return Ok(());
                }
                Ok(status) => status,
                Err(error) => error.to_string(),
            };
            if begun.elapsed() > PATIENCE {
                let address = &self.address;
                return Err(format!("http://{address}{page} gives no page: {problem}"));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// The status line for a page: the answer itself may never end.
    fn status(&self, page: &str) -> std::io::Result<String> {
        let mut stream = TcpStream::connect(&self.address)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let host = &self.address;
        stream.write_all(format!("GET {page} HTTP/1.1\r\nHost: {host}\r\n\r\n").as_bytes())?;
        let mut line = String::new();
        BufReader::new(stream.take(1000)).read_line(&mut line)?;
        Ok(line)
    }

    /// The memory of all its processes, in bytes.
    pub fn memory(&self) -> Result<u64, String> {
        machine::memory_of_family(self.child.id())
    }

    /// One run of wrk.
    pub fn wrk(&self, arguments: &[&str], page: &str) -> Result<Run, String> {
        let output = Command::new("wrk")
            .args(arguments)
            .arg(format!("http://{}{page}", self.address))
            .output()
            .map_err(|error| format!("wrk: {error}"))?;
        let said = String::from_utf8_lossy(&output.stdout);
        if said.contains("Non-2xx") {
            return Err(format!("http://{}{page}: {said}", self.address));
        }
        // `  Socket errors: connect 0, read 3, write 0, timeout 12`
        let errors = said.lines().find(|line| line.contains("Socket errors"));
        let words = errors.unwrap_or_default().split([' ', ',']);
        let failed = words.filter_map(|word| word.parse::<u64>().ok()).sum();
        let rate = said
            .lines()
            .find_map(|line| line.strip_prefix("Requests/sec:"));
        let rate = rate.and_then(|rate| rate.trim().parse().ok());
        let rate = rate.ok_or_else(|| format!("wrk has given no rate, but: {said}"))?;
        Ok(Run { rate, failed })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        running::end(&mut self.child);
    }
}

/// A temporary folder, removed in the end.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new(name: &str) -> Result<Folder, String> {
        let name = format!("measure-choices-{}-{name}", std::process::id());
        let folder = Folder(std::env::temp_dir().join(name));
        match fs::create_dir_all(&folder.0) {
            Ok(()) => Ok(folder),
            Err(error) => Err(format!("{}: {error}", folder.0.display())),
        }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
