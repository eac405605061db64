//! A server that takes part, and what is asked of it.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use house::build::artifacts;
use house::files::{TempDir, temporary};

use super::rungs::Rung;
use crate::{machine, running};

/// How long a server may take to be ready, and for an answer.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running server. What it says on standard error is thrown away: to keep it would cost time.
pub struct Running {
    running: running::Running,
    /// Removed in the end.
    _folder: TempDir,
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
        let folder = temporary("measure-")?;
        let database = format!("sqlite:{}", folder.path().join("db.sqlite3").display());
        let command = || {
            let mut command = Command::new(program);
            command
                .current_dir(house::root())
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
        let running = running::Running::ours("its server", &mut command())
            .map_err(|problem| format!("{}: {problem}", rung.name()))?;
        Ok(Running::of(running, folder))
    }

    /// A server that runs in this folder.
    pub fn of(running: running::Running, folder: TempDir) -> Running {
        Running {
            running,
            _folder: folder,
        }
    }

    /// Waits until a page is there.
    pub fn first_answer(&self, page: &str) -> Result<(), String> {
        let begun = Instant::now();
        loop {
            let problem = match self.status(page) {
                Ok(200) => return Ok(()),
                Ok(status) => status.to_string(),
                Err(error) => error,
            };
            if begun.elapsed() > PATIENCE {
                let url = self.running.url(page);
                return Err(format!("{url} gives no page: {problem}"));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// The status for a page: the answer itself may never end.
    fn status(&self, page: &str) -> Result<u16, String> {
        let mut connection = self.running.connect()?;
        let host = &self.running.address;
        connection.send(format!("GET {page} HTTP/1.1\r\nHost: {host}\r\n\r\n").as_bytes())?;
        let head = connection.head()?.ok_or("there was no answer")?;
        Ok(head.status)
    }

    /// The memory of all its processes, in bytes.
    pub fn memory(&self) -> Result<u64, String> {
        machine::memory_of_family(self.running.pid())
    }

    /// One run of wrk.
    pub fn wrk(&self, arguments: &[&str], page: &str) -> Result<Run, String> {
        let output = Command::new("wrk")
            .args(arguments)
            .arg(self.running.url(page))
            .output()
            .map_err(|error| format!("wrk: {error}"))?;
        let said = String::from_utf8_lossy(&output.stdout);
        if said.contains("Non-2xx") {
            return Err(format!("{}: {said}", self.running.url(page)));
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
