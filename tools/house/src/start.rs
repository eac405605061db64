//! Starts programs, servers above all, and listens to what they say: all that starts one starts it here.

use std::io;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use crate::contain::Contained;
use crate::output::Output;

/// A program that runs, until the value is dropped.
#[derive(Debug)]
pub struct Started {
    process: Process,
    /// What it writes to standard output.
    pub stdout: Arc<Output>,
    /// What it writes to standard error.
    pub stderr: Arc<Output>,
}

#[derive(Debug)]
enum Process {
    Child(Child),
    Contained(Contained),
}

impl Started {
    /// Starts a program that ends at the latest with this value, and at a Ctrl-C in the terminal. Of each of its
    /// streams, `kept` bytes are kept; of none of them, standard error is thrown away: to read it would cost time.
    ///
    /// # Errors
    /// A sentence with the program's name, when it cannot be started.
    pub fn child(command: &mut Command, kept: usize) -> Result<Started, String> {
        on_a_free_port(command);
        let stderr = if kept == 0 {
            Stdio::null()
        } else {
            Stdio::piped()
        };
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(stderr)
            .spawn();
        let mut child =
            child.map_err(|error| format!("{}: {error}", command.get_program().display()))?;
        let stdout = child.stdout.take().expect("stdout is piped");
        Ok(Started {
            stdout: Output::of(stdout, kept),
            stderr: match child.stderr.take() {
                Some(stderr) => Output::of(stderr, kept),
                None => Output::of(io::empty(), 0),
            },
            process: Process::Child(child),
        })
    }

    /// Starts a program that may do anything: with it ends all that it has started. What it reads is for the
    /// caller to say.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn contained(mut command: Command, kept: usize) -> io::Result<Started> {
        on_a_free_port(&mut command);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = Contained::spawn(command)?;
        let (stdout, stderr) = process.streams();
        Ok(Started {
            process: Process::Contained(process),
            stdout: Output::of(stdout, kept),
            stderr: Output::of(stderr, kept),
        })
    }

    /// Waits until it says where it listens: the port, on 127.0.0.1. `None` when its output has ended before, or
    /// our patience, or when it floods.
    pub fn port(&self, patience: Duration) -> Option<u16> {
        let said = self
            .stdout
            .wait(patience, |text| text.port().is_some() || text.is_over());
        said.port()
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        match &self.process {
            Process::Child(child) => child.id(),
            Process::Contained(contained) => contained.id(),
        }
    }

    /// Whether it is this very process that listens at the port, and runs this program: see
    /// [`Contained::listens`]. None where that is not known.
    pub fn listens(&self, port: u16, program: &Path) -> Option<bool> {
        match &self.process {
            Process::Child(_) => None,
            Process::Contained(contained) => contained.listens(port, program),
        }
    }

    /// How it ended, if it has.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        match &mut self.process {
            Process::Child(child) => child.try_wait().ok().flatten(),
            Process::Contained(contained) => contained.ended(),
        }
    }

    /// Waits until it ends by itself: how, if it does before our patience ends.
    pub fn wait(&mut self, patience: Duration) -> Option<ExitStatus> {
        wait(patience, || self.ended())
    }

    /// Sends it Ctrl-C. It may have ended already.
    #[cfg(unix)]
    pub fn interrupt(&mut self) {
        match &mut self.process {
            Process::Child(_) => self.signal("INT"),
            Process::Contained(contained) => contained.interrupt(),
        }
    }

    /// Sends a signal by its name, `INT` (Ctrl-C) for one.
    ///
    /// # Panics
    /// When there is no such signal or process.
    #[cfg(unix)]
    pub fn signal(&self, name: &str) {
        let status = Command::new("kill")
            .args([&format!("-{name}"), &self.pid().to_string()])
            .status();
        let sent = status.is_ok_and(|status| status.success());
        assert!(sent, "kill -{name} works");
    }

    /// Ends it at once, as a loss of power would: nothing in it can run any more.
    pub fn end(&mut self) {
        match &mut self.process {
            Process::Child(child) => {
                let _ = child.kill();
                let _ = child.wait();
            }
            Process::Contained(contained) => contained.end(),
        }
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        self.end();
    }
}

/// Unless somebody has named one.
fn on_a_free_port(command: &mut Command) {
    if !command.get_envs().any(|(name, _)| name == "PORT") {
        command.env("PORT", "0");
    }
}

/// Waits for a process to end, and ends one that does not: then there is nothing to say of it.
pub fn wait_or_kill(mut child: Child, patience: Duration) -> Option<ExitStatus> {
    let status = wait(patience, || child.try_wait().ok().flatten());
    if status.is_none() {
        let _ = child.kill();
        let _ = child.wait();
    }
    status
}

fn wait(patience: Duration, mut ended: impl FnMut() -> Option<ExitStatus>) -> Option<ExitStatus> {
    let begun = Instant::now();
    loop {
        let status = ended();
        if status.is_some() || begun.elapsed() > patience {
            return status;
        }
        // Not a wait for readiness: the system gives no blocking wait with a limit.
        thread::sleep(Duration::from_millis(5));
    }
}
