//! A server that takes part, and what is asked of it.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use house::build::artifacts;
use house::files::{TempDir, temporary};

use super::rungs::Rung;
use crate::wrk::{self, Said};
use crate::{machine, running};

/// How long a server may take to be ready, and for an answer.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running server. What it says on standard error is thrown away: to keep it would cost time.
pub struct Running {
    running: running::Running,
    /// Removed in the end.
    _folder: TempDir,
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
    pub fn wrk(&self, arguments: &[&str], page: &str) -> Result<Said, String> {
        let url = self.running.url(page);
        let said = wrk::call(Command::new("wrk"), arguments, &url)?;
        match said.refused {
            0.0 => Ok(said),
            _ => Err(format!("{url}: {said:?}")),
        }
    }
}
