//! Starts programs, servers above all, and listens to what they say: all that starts one starts it here.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use crate::contain::Contained;
use crate::output::Output;

/// How often we look, where nothing can be waited for.
const PULSE: Duration = Duration::from_millis(5);
/// How long a program with workers may take to end them.
const LAST_WORDS: Duration = Duration::from_secs(10);

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
    /// Its workers end with it when it is asked to end, and not when it is killed.
    Master(Child),
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
        Started::spawn(command, kept, Process::Child)
    }

    /// Starts a program that has been told where to listen, and waits until it does: gunicorn, say, or nginx. It ends
    /// with all of its workers.
    ///
    /// # Errors
    /// A sentence with the program's name, and what it wrote to standard error, when it does not listen.
    pub fn told(
        command: &mut Command,
        address: SocketAddr,
        kept: usize,
        patience: Duration,
    ) -> Result<Started, String> {
        let mut started = Started::spawn(command, kept, Process::Master)?;
        let begun = Instant::now();
        while TcpStream::connect(address).is_err() {
            let has_ended = started.ended().is_some();
            if has_ended || begun.elapsed() > patience {
                started.end();
                let said = started.stderr.whole(patience);
                let program = command.get_program().display();
                return Err(format!("{program} does not listen on {address}: {said}"));
            }
            // Nobody tells us when it does.
            thread::sleep(PULSE);
        }
        Ok(started)
    }

    fn spawn(
        command: &mut Command,
        kept: usize,
        process: fn(Child) -> Process,
    ) -> Result<Started, String> {
        let stderr = if kept == 0 {
            Stdio::null()
        } else {
            Stdio::piped()
        };
        let child = without_proxy(command)
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
            process: process(child),
        })
    }

    /// Starts a program that may do anything: with it ends all that it has started. What it reads is for the
    /// caller to say.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn contained(mut command: Command, kept: usize) -> io::Result<Started> {
        on_a_free_port(&mut command);
        without_proxy(&mut command)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
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
            Process::Child(child) | Process::Master(child) => child.id(),
            Process::Contained(contained) => contained.id(),
        }
    }

    /// Whether it is this very process that listens at the port, and runs this program: see
    /// [`Contained::listens`]. None where that is not known.
    pub fn listens(&self, port: u16, program: &Path) -> Option<bool> {
        match &self.process {
            Process::Child(_) | Process::Master(_) => None,
            Process::Contained(contained) => contained.listens(port, program),
        }
    }

    /// How it ended, if it has.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        match &mut self.process {
            Process::Child(child) | Process::Master(child) => child.try_wait().ok().flatten(),
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
            Process::Child(_) | Process::Master(_) => self.signal("INT"),
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

    /// Ends it at once, as a loss of power would: nothing in it can run any more. One that has workers is asked first.
    pub fn end(&mut self) {
        match &mut self.process {
            Process::Child(child) => kill(child),
            Process::Master(child) => {
                // Where there is no such program, it is killed below.
                let _ = Command::new("kill").arg(child.id().to_string()).status();
                if wait(LAST_WORDS, || child.try_wait().ok().flatten()).is_none() {
                    kill(child);
                }
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

fn kill(child: &mut Child) {
    let _ = child.kill();
    let _ = child.wait();
}

/// An address on this machine that nobody has: for a program that has to be told where to listen. Until it does,
/// another one may take it.
///
/// # Errors
/// When there is none.
pub fn free_address() -> Result<SocketAddr, String> {
    let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|free| free.local_addr());
    free.map_err(|error| format!("There is no free port: {error}."))
}

/// Unless somebody has named one.
fn on_a_free_port(command: &mut Command) {
    if !command.get_envs().any(|(name, _)| name == "PORT") {
        command.env("PORT", "0");
    }
}

/// The variables that send a client to a proxy, in the letters that one client or another reads.
const PROXIES: [&str; 6] = [
    "http_proxy",
    "HTTP_PROXY",
    "https_proxy",
    "HTTPS_PROXY",
    "all_proxy",
    "ALL_PROXY",
];

/// A program that speaks to this machine goes by no proxy, whatever its environment says.
pub fn without_proxy(command: &mut Command) -> &mut Command {
    PROXIES
        .into_iter()
        .fold(command, |command, name| command.env_remove(name))
}

/// Runs a program in place of this process, whose terminal it gets: whatever ends the one ends the other.
///
/// # Errors
/// When it cannot be started.
#[cfg(unix)]
pub fn instead(mut command: Command) -> io::Result<ExitStatus> {
    Err(std::os::unix::process::CommandExt::exec(&mut command))
}

/// Runs a program that does not outlive this process, and waits for its end. (No process can take the place of another
/// here.)
///
/// # Errors
/// When it cannot be started.
#[cfg(not(unix))]
pub fn instead(command: Command) -> io::Result<ExitStatus> {
    let mut process = Contained::spawn(command)?;
    loop {
        if let Some(status) = process.ended() {
            return Ok(status);
        }
        thread::sleep(PULSE);
    }
}

/// Waits for a process to end, and ends one that does not: then there is nothing to say of it.
pub fn wait_or_kill(mut child: Child, patience: Duration) -> Option<ExitStatus> {
    let status = wait(patience, || child.try_wait().ok().flatten());
    if status.is_none() {
        kill(&mut child);
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
        thread::sleep(PULSE);
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn what_is_started_here_goes_by_no_proxy() {
        let mut command = Command::new("env");
        command.envs(PROXIES.map(|name| (name, "http://127.0.0.1:9")));
        let started = Started::child(&mut command, 1 << 16).expect("it starts");
        let said = started.stdout.whole(LAST_WORDS);
        assert!(
            said.contains("PORT=0") && !said.contains("127.0.0.1:9"),
            "{said}"
        );
    }
}
