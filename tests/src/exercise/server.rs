//! The student's server, as a process that may do anything.

use std::env;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::contain::Contained;
use super::failure::{Failure, shortened};
use super::{Draw, PATIENCE, Verdict};
use crate::show;

/// So much output is noise; beyond it, it is a flood. A server that logs whatever the tests send stays
/// below it, and a loop that writes comes so far on a busy machine, too, while we wait.
const FLOOD: usize = 8 * 1024 * 1024;
/// So far into its output we look for the line that says the port.
const FIRST: usize = 256 * 1024;
/// Of each stream, so much is kept.
const KEPT: usize = 64 * 1024;
/// A moment passes between the last byte of a server and its end.
const ENDING: Duration = Duration::from_secs(1);
/// And what it wrote last is still on its way to us then, or a child of it holds the stream open.
const LAST_WORDS: Duration = Duration::from_millis(300);
/// So long after Ctrl-C a server may still take connections before a test goes on all the same.
const DOOR: Duration = Duration::from_millis(1500);
/// How long a test waits for a server that hangs: for its door, for one answer, for its end.
pub(super) const LONGEST: Duration = DOOR
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
pub(super) struct Program {
    pub(super) path: PathBuf,
    /// What puts it into a sandbox: a program with its arguments, behind which the server's path comes.
    /// It becomes the server by `exec`.
    pub(super) launcher: Vec<String>,
}

/// A server that runs until this value is dropped, with all that it has started.
#[derive(Debug)]
pub struct Server {
    process: Mutex<Contained>,
    port: u16,
    stdout: Arc<Output>,
    stderr: Arc<Output>,
}

impl Server {
    /// Starts the program on a free port and waits until it listens. The port is its own choice
    /// (`PORT=0`) or is named, by turns.
    pub(super) fn start(
        program: &Program,
        env: &[(String, String)],
        draw: &mut Draw,
    ) -> Result<Server, Failure> {
        let named = (draw.number(0, 1) == 0).then(free_port).flatten();
        if let Some(port) = named {
            let mut with_port = vec![("PORT".to_string(), port.to_string())];
            with_port.extend_from_slice(env);
            let server = Server::spawn(program, &with_port)?;
            server.wait_for_port();
            let has_gone = server.stdout.lock().port().is_none() && server.ended_soon().is_some();
            // Another program may have taken the port meanwhile.
            if !has_gone || TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
                return server.listening(program, Some(port));
            }
        }
        let server = Server::spawn(program, env)?;
        server.wait_for_port();
        server.listening(program, None)
    }

    fn wait_for_port(&self) {
        let over = |text: &Text| text.port().is_some() || text.is_over();
        self.stdout.wait(PATIENCE, over);
    }

    /// The server, if it says where it listens, and does so itself, at the port that was named.
    fn listening(self, program: &Program, named: Option<u16>) -> Result<Server, Failure> {
        let Some(port) = self.stdout.lock().port() else {
            return Err(self.never_listened());
        };
        if let Some(named) = named.filter(|named| *named != port) {
            return Err(Failure {
                asked: format!("PORT={named} cargo run"),
                came: format!("Listening on http://127.0.0.1:{port}"),
                expected: format!("Listening on http://127.0.0.1:{named}"),
                line: "The server listens at the port that PORT names.".into(),
            });
        }
        let begun = Instant::now();
        // It may say so a moment before it does.
        while self.process().listens(port, &program.path) == Some(false) {
            if let Some(status) = self.process().ended() {
                let came = format!("{}{}", how_it_ended(status), self.last_words());
                let line = "The server ended before it listened.";
                return Err(Failure::new(came, "a server that goes on", line));
            }
            if begun.elapsed() > ENDING {
                let came = format!("Listening on http://127.0.0.1:{port}");
                let line = "The server itself does not listen at the port that it names: nobody does, or another program.";
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
            .env("PORT", "0")
            .envs(env.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut process = Contained::spawn(command).map_err(|error| {
            Failure::new(
                format!("{}: {error}", program.path.display()),
                "a server",
                "The server cannot be started.",
            )
        })?;
        let (stdout, stderr) = process.streams();
        Ok(Server {
            process: Mutex::new(process),
            port: 0,
            stdout: Output::of(stdout),
            stderr: Output::of(stderr),
        })
    }

    /// Starts the program with settings that it must refuse: it ends with status 2 and says why in
    /// a line on standard error, which must speak of `subject`.
    pub(super) fn must_refuse_to_start(
        program: &Program,
        env: &[(String, String)],
        subject: &str,
        line: &str,
    ) -> Verdict {
        let server = Server::spawn(program, env)?;
        server.wait_for_port();
        let settings = env.iter().map(|(name, value)| format!("{name}={value} "));
        let failure = |came: String| Failure {
            asked: format!("{}cargo run", settings.clone().collect::<String>()),
            came,
            expected: format!("exit status 2, and one line on standard error: … {subject} …"),
            line: line.into(),
        };
        if let Some(port) = server.stdout.lock().port() {
            return Err(failure(format!("Listening on http://127.0.0.1:{port}")));
        }
        let Some(status) = server.ended_soon() else {
            let seconds = PATIENCE.as_secs();
            return Err(failure(format!(
                "The server neither listens nor ends in {seconds} seconds."
            )));
        };
        let said = server.stderr.lock().shown();
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
        let said = self.stdout.lock().shown();
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
    pub(super) fn blame(&self) -> Option<Failure> {
        self.flooded().or_else(|| {
            let status = self.ended_soon()?;
            let came = format!("{}{}", how_it_ended(status), self.last_words());
            let line = "The server ended in the middle of its work. It must go on, whatever a client sends.";
            Some(Failure::new(came, "an answer", line))
        })
    }

    /// Sends Ctrl-C, as a terminal does.
    #[cfg(unix)]
    pub(super) fn interrupt(&self) {
        self.process().interrupt();
    }

    /// Waits until it takes no more connections.
    #[cfg(unix)]
    pub(super) fn wait_for_closed_door(&self) {
        let begun = Instant::now();
        while TcpStream::connect_timeout(&self.address(), DOOR).is_ok() && begun.elapsed() < DOOR {
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Holds when it ends by itself with status 0, after Ctrl-C.
    #[cfg(unix)]
    pub(super) fn must_end(&self, line: &str) -> Verdict {
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
    pub(super) fn still_fine(&self) -> Verdict {
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
        let port = self.port;
        let request = format!(
            "GET / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUser-Agent: curl/8.14.1\r\nAccept: */*\r\nConnection: close\r\n\r\n"
        );
        let _ = stream.write_all(request.as_bytes());
        matches!(stream.read(&mut [0]), Ok(1..))
    }

    /// Its last lines on standard error, under a heading; empty when there are none.
    pub(super) fn last_words(&self) -> String {
        let text = self.stderr.lock().shown();
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

    fn process(&self) -> MutexGuard<'_, Contained> {
        self.process.lock().unwrap_or_else(PoisonError::into_inner)
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
            let ended = self.process().ended();
            if ended.is_some() {
                // What it wrote last is still on its way to us.
                self.stderr.wait(LAST_WORDS, Text::is_over);
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

fn port_of(line: &str) -> Option<u16> {
    let port = line.strip_prefix("Listening on http://127.0.0.1:")?;
    port.trim_end_matches('/')
        .parse()
        .ok()
        .filter(|port| *port != 0)
}

/// What comes on one stream: its beginning, its end, and how much it was.
#[derive(Debug, Default)]
struct Output {
    text: Mutex<Text>,
    grown: Condvar,
}

#[derive(Debug, Default)]
struct Text {
    first: Vec<u8>,
    last: Vec<u8>,
    count: usize,
    ended: bool,
}

impl Text {
    /// The port in the line that says it.
    fn port(&self) -> Option<u16> {
        let end = self.first.iter().rposition(|&byte| byte == b'\n')?;
        let lines = String::from_utf8_lossy(&self.first[..end]);
        lines.lines().find_map(port_of)
    }

    fn is_over(&self) -> bool {
        self.ended || self.count > FLOOD
    }

    /// Its end, without what could move a terminal's cursor.
    fn shown(&self) -> String {
        show::text(&self.last)
    }
}

impl Output {
    fn of(mut stream: impl Read + Send + 'static) -> Arc<Output> {
        let output = Arc::new(Output::default());
        let kept = Arc::clone(&output);
        thread::spawn(move || {
            let mut piece = [0; 16 * 1024];
            // It is read to its end whatever comes, so that no server waits for its reader.
            while let Ok(count @ 1..) = stream.read(&mut piece) {
                kept.lock().add(&piece[..count]);
                kept.grown.notify_all();
            }
            kept.lock().ended = true;
            kept.grown.notify_all();
        });
        output
    }

    fn lock(&self) -> MutexGuard<'_, Text> {
        self.text.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait(&self, patience: Duration, done: impl Fn(&Text) -> bool) {
        let waited = self
            .grown
            .wait_timeout_while(self.lock(), patience, |text| !done(text));
        drop(waited.unwrap_or_else(PoisonError::into_inner));
    }
}

impl Text {
    fn add(&mut self, bytes: &[u8]) {
        self.count = self.count.saturating_add(bytes.len());
        let room = FIRST.saturating_sub(self.first.len());
        self.first.extend(&bytes[..bytes.len().min(room)]);
        self.last.extend(bytes);
        if self.last.len() > 2 * KEPT {
            self.last.drain(..self.last.len() - KEPT);
        }
    }
}
