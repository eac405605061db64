//! The student's server, as a process that may do anything.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use house::output::{FLOOD, Output, Text};
use house::start::Started;

use crate::failure::{Failure, shortened};
use crate::{PATIENCE, Verdict};
use wire::show;

/// Of each stream, so much is kept.
const KEPT: usize = 64 * 1024;
/// A moment passes between the last byte of a server and its end.
const ENDING: Duration = Duration::from_secs(1);
/// And what it wrote last is still on its way to us then, or a child of it holds the stream open.
const LAST_WORDS: Duration = Duration::from_millis(300);
/// So long after Ctrl-C a server may still take connections before a test goes on all the same.
const DOOR: Duration = Duration::from_millis(1500);
/// How long a test waits for a server that hangs: for its door, for one answer, for its end.
pub(crate) const LONGEST: Duration = DOOR
    .saturating_add(PATIENCE)
    .saturating_add(ENDING)
    .saturating_add(LAST_WORDS);

/// A server that runs until this value is dropped, with all that it has started.
#[derive(Debug)]
pub struct Server {
    started: Mutex<Started>,
    port: u16,
    stdout: Arc<Output>,
    stderr: Arc<Output>,
}

impl Server {
    /// Starts the program on a free port and waits until it listens.
    pub(crate) fn start(program: &Path, env: &[(String, String)]) -> Result<Server, Failure> {
        let server = Server::spawn(program, env)?;
        let port = server.started().port(PATIENCE);
        match port {
            Some(port) => Ok(Server { port, ..server }),
            None => Err(server.never_listened()),
        }
    }

    /// Starts the program, which need not listen.
    fn spawn(program: &Path, env: &[(String, String)]) -> Result<Server, Failure> {
        let mut command = Command::new(program);
        command
            .env("RUST_BACKTRACE", "0")
            .env_remove("EXERCISE_SERVER")
            .env_remove("EXERCISE_SEED")
            .env_remove("EXERCISE_REPORT")
            .envs(env.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null());
        let started = Started::contained(command, KEPT).map_err(|error| {
            Failure::new(
                format!("{}: {error}", program.display()),
                "a server",
                "The server cannot be started.",
            )
        })?;
        Ok(Server {
            port: 0,
            stdout: Arc::clone(&started.stdout),
            stderr: Arc::clone(&started.stderr),
            started: Mutex::new(started),
        })
    }

    /// Starts the program with settings that it must refuse: it ends with status 2 and says why in
    /// one line on standard error, which must speak of `subject`.
    pub(crate) fn must_refuse_to_start(
        program: &Path,
        env: &[(String, String)],
        subject: &str,
        line: &str,
    ) -> Verdict {
        let server = Server::spawn(program, env)?;
        let port = server.started().port(PATIENCE);
        let settings = env.iter().map(|(name, value)| format!("{name}={value} "));
        let failure = |came: String| Failure {
            asked: format!("{}cargo run", settings.clone().collect::<String>()),
            came,
            expected: format!("exit status 2, and one line on standard error: … {subject} …"),
            line: line.into(),
        };
        if let Some(port) = port {
            return Err(failure(format!("Listening on http://127.0.0.1:{port}")));
        }
        let Some(status) = server.ended_soon() else {
            let seconds = PATIENCE.as_secs();
            return Err(failure(format!(
                "The server neither listens nor ends in {seconds} seconds."
            )));
        };
        let said = show::text(server.stderr.lock().last());
        let said = said.trim_end();
        match status.code() {
            Some(2) if said.lines().count() == 1 && said.contains(subject) => Ok(()),
            _ => Err(failure(format!(
                "{}{}",
                how_it_ended(status),
                server.last_words()
            ))),
        }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.port).into()
    }

    fn never_listened(&self) -> Failure {
        let expected = "the line `Listening on http://127.0.0.1:PORT` on standard output";
        if let Some(failure) = self.flooded() {
            return failure;
        }
        if let Some(status) = self.ended_soon() {
            let came = format!("{}{}", how_it_ended(status), self.last_words());
            return Failure::new(came, expected, "The server ended before it listened.");
        }
        let said = show::text(self.stdout.lock().last());
        let said = match said.trim() {
            "" => "nothing",
            said => said,
        };
        let seconds = PATIENCE.as_secs();
        let (said, words) = (shortened(said), self.last_words());
        let came = format!("{said}\n(in {seconds} seconds){words}");
        Failure::new(came, expected, "The server never said that it listens.")
    }

    /// Why no good answer came, as far as the server itself is to blame: it has flooded its output
    /// or has ended.
    pub(crate) fn blame(&self) -> Option<Failure> {
        self.flooded().or_else(|| {
            let status = self.ended_soon()?;
            let came = format!("{}{}", how_it_ended(status), self.last_words());
            let line = "The server ended in the middle of its work. It must go on, whatever a client sends.";
            Some(Failure::new(came, "an answer", line))
        })
    }

    /// Sends Ctrl-C, as a terminal does.
    #[cfg(unix)]
    pub(crate) fn interrupt(&self) {
        self.started().interrupt();
    }

    /// Waits until it takes no more connections.
    #[cfg(unix)]
    pub(crate) fn wait_for_closed_door(&self) {
        let begun = Instant::now();
        while TcpStream::connect_timeout(&self.address(), DOOR).is_ok() && begun.elapsed() < DOOR {
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Holds when it ends by itself with status 0, after Ctrl-C.
    #[cfg(unix)]
    pub(crate) fn must_end(&self, line: &str) -> Verdict {
        let begun = Instant::now();
        let status = loop {
            match self.ended_soon() {
                None if begun.elapsed() < PATIENCE => {}
                status => break status,
            }
        };
        let came = match status {
            Some(status) if status.success() => return Ok(()),
            Some(status) => how_it_ended(status),
            None => format!(
                "The server still runs after {} seconds.",
                PATIENCE.as_secs()
            ),
        };
        Err(Failure {
            asked: "Ctrl-C".into(),
            came: format!("{came}{}", self.last_words()),
            expected: "the end, with exit status 0".into(),
            line: line.into(),
        })
    }

    /// What a server must still be after its last answer.
    pub(crate) fn still_fine(&self) -> Verdict {
        match self.flooded() {
            Some(failure) => Err(failure),
            None if self.still_answers() => Ok(()),
            None => match self.ended_soon() {
                Some(status) => Err(Failure::new(
                    format!("{}{}", how_it_ended(status), self.last_words()),
                    "a server that goes on",
                    "The server answered and then ended. The next client would find nobody.",
                )),
                None => Ok(()),
            },
        }
    }

    /// Whether anything comes back for one more request. A process that is about to end may still
    /// look alive to the system.
    fn still_answers(&self) -> bool {
        let Ok(mut stream) = TcpStream::connect_timeout(&self.address(), PATIENCE) else {
            return false;
        };
        let _ = stream.set_read_timeout(Some(PATIENCE));
        let request = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";
        let _ = stream.write_all(request);
        matches!(stream.read(&mut [0]), Ok(1..))
    }

    /// Its last lines on standard error, under a heading; empty when there are none.
    pub(crate) fn last_words(&self) -> String {
        let text = show::text(self.stderr.lock().last());
        let is_word = |line: &&str| !line.trim().is_empty() && !line.contains("RUST_BACKTRACE");
        let lines: Vec<&str> = text.lines().filter(is_word).collect();
        let last = &lines[lines.len().saturating_sub(6)..];
        match last {
            [] => String::new(),
            last => format!(
                "\nIts last words on standard error:\n{}",
                shortened(&last.join("\n"))
            ),
        }
    }

    fn started(&self) -> MutexGuard<'_, Started> {
        self.started.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn flooded(&self) -> Option<Failure> {
        let flooded = |output: &Output| output.lock().count > FLOOD;
        let stream = match (flooded(&self.stdout), flooded(&self.stderr)) {
            (true, _) => "standard output",
            (_, true) => "standard error",
            _ => return None,
        };
        let came = format!("more than {} MiB on {stream}", FLOOD / 1024 / 1024);
        let line = format!("The server floods {stream}: a loop writes there and does not end.");
        Some(Failure::new(came, "a few lines at most", line))
    }

    /// How it ended, if it has: a moment passes between its last byte and its end.
    fn ended_soon(&self) -> Option<ExitStatus> {
        let begun = Instant::now();
        loop {
            let ended = self.started().ended();
            if ended.is_some() {
                // What it wrote last is still on its way to us.
                drop(self.stderr.wait(LAST_WORDS, Text::is_over));
            }
            if ended.is_some() || begun.elapsed() > ENDING {
                return ended;
            }
            thread::sleep(Duration::from_millis(5));
        }
    }
}

fn how_it_ended(status: ExitStatus) -> String {
    match status.code() {
        Some(101) => "The server panicked (exit status 101).".into(),
        Some(code) => format!("The server ended with exit status {code}."),
        None => format!("The server was ended by the system ({status})."),
    }
}
