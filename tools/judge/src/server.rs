//! The student's server, as a process that may do anything.

use std::env;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use house::output::{FLOOD, Output, Text};
use house::start::Started;
use wire::show;

use crate::failure::{Failure, shortened};
use crate::{Draw, PATIENCE, Verdict};

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

/// What a program finds in its environment that somebody starts in a terminal. Nothing else is passed
/// on: nothing there tells a judged server from any other, and what judges is not named there.
const ORDINARY: [&str; 24] = [
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "SHELL",
    "TERM",
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "TZ",
    "TMPDIR",
    // Windows
    "TEMP",
    "TMP",
    "SystemRoot",
    "SystemDrive",
    "windir",
    "ComSpec",
    "PATHEXT",
    "USERPROFILE",
    "USERNAME",
    "APPDATA",
    "LOCALAPPDATA",
    "ProgramData",
    "NUMBER_OF_PROCESSORS",
];

/// How a server is started.
#[derive(Clone, Debug, Default)]
pub(crate) struct Program {
    pub(crate) path: PathBuf,
    /// What puts it into a sandbox: a program with its arguments, behind which the server's path comes.
    /// It becomes the server by `exec`.
    pub(crate) launcher: Vec<String>,
}

/// A server that runs until this value is dropped, with all that it has started.
#[derive(Debug)]
pub struct Server {
    started: Mutex<Started>,
    port: u16,
    stdout: Arc<Output>,
    stderr: Arc<Output>,
}

impl Server {
    /// Starts the program on a free port and waits until it listens. The port is its own choice
    /// (`PORT=0`) or is named, by turns.
    pub(crate) fn start(
        program: &Program,
        env: &[(String, String)],
        draw: &mut Draw,
    ) -> Result<Server, Failure> {
        let named = (draw.number(0, 1) == 0).then(free_port).flatten();
        if let Some(port) = named {
            let mut with_port = vec![("PORT".to_string(), port.to_string())];
            with_port.extend_from_slice(env);
            let server = Server::spawn(program, &with_port)?;
            let says = server.started().port(PATIENCE);
            let has_gone = says.is_none() && server.ended_soon().is_some();
            // Another program may have taken the port meanwhile.
            if !has_gone || TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
                return server.listening(program, Some(port));
            }
        }
        Server::spawn(program, env)?.listening(program, None)
    }

    /// The server, if it says where it listens, and does so itself, at the port that was named.
    fn listening(self, program: &Program, named: Option<u16>) -> Result<Server, Failure> {
        let port = self.started().port(PATIENCE);
        let Some(port) = port else {
            return Err(self.never_listened());
        };
        if let Some(named) = named.filter(|named| *named != port) {
            return Err(Failure {
                asked: format!("PORT={named} cargo run"),
                came: format!("Listening on http://127.0.0.1:{port}"),
                expected: format!("Listening on http://127.0.0.1:{named}"),
                line: "The server must listen on the port that PORT names.".into(),
            });
        }
        let begun = Instant::now();
        // It may say so a moment before it does.
        while self.started().listens(port, &program.path) == Some(false) {
            if let Some(status) = self.started().ended() {
                let came = format!("{}{}", how_it_ended(status), self.last_words());
                let line = "The server ended before it listened.";
                return Err(Failure::new(came, "a server that goes on", line));
            }
            if begun.elapsed() > ENDING {
                let came = format!("Listening on http://127.0.0.1:{port}");
                let line = "The server itself does not listen on the port that it names: no program does, or another one.";
                return Err(Failure::new(came, "a port of its own", line));
            }
            thread::sleep(Duration::from_millis(5));
        }
        Ok(Server { port, ..self })
    }

    /// Starts the program, which need not listen.
    fn spawn(program: &Program, env: &[(String, String)]) -> Result<Server, Failure> {
        let mut command = match program.launcher.split_first() {
            None => Command::new(&program.path),
            Some((launcher, arguments)) => {
                let mut command = Command::new(launcher);
                command.args(arguments).arg(&program.path);
                command
            }
        };
        let ordinary = ORDINARY
            .iter()
            .filter_map(|name| Some((name, env::var_os(name)?)));
        command
            .env_clear()
            .envs(ordinary)
            .envs(env.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null());
        let started = Started::contained(command, KEPT).map_err(|error| {
            Failure::new(
                format!("{}: {error}", program.path.display()),
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
    /// a line on standard error, which must speak of `subject`.
    pub(crate) fn must_refuse_to_start(
        program: &Program,
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
                "The server neither listened nor ended within {seconds} seconds."
            )));
        };
        let said = show::text(server.stderr.lock().last());
        let said = said.trim_end();
        match status.code() {
            // Other lines may stand there, too: some people log.
            Some(2) if said.lines().any(|line| line.contains(subject)) => Ok(()),
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
                    "The server answered and then ended. The next client would find no server.",
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
        let port = self.port;
        let request = format!(
            "GET / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUser-Agent: curl/8.14.1\r\nAccept: */*\r\nConnection: close\r\n\r\n"
        );
        let _ = stream.write_all(request.as_bytes());
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
        Some(Failure::new(came, "at most a few lines", line))
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

/// A port that is free now.
fn free_port() -> Option<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).ok()?;
    Some(listener.local_addr().ok()?.port())
}
