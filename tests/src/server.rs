//! A server of the course as a child process.

use std::ffi::OsString;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::build::artifacts;
use crate::repository;
use crate::requests::ServerName;
use crate::show;
use crate::wire::{Answer, Connection};

/// How long anything may take before a test gives up. It bounds a hang, it measures nothing.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A running server. It is killed when the value is dropped; if the test has failed by then,
/// what the server wrote to standard error is printed.
#[derive(Debug)]
pub struct Server {
    child: Child,
    /// The port it listens on, on 127.0.0.1.
    pub port: u16,
    stdout: Arc<Transcript>,
    stderr: Arc<Transcript>,
    /// Where it runs and may leave files, if it has a folder of its own.
    folder: Option<Folder>,
}

/// What has become of a program that was started.
#[derive(Debug)]
pub enum Program {
    /// It said that it listens, and runs.
    Listens(Server),
    /// It ended: how, and what it wrote to standard output and error.
    Ended(ExitStatus, String, String),
}

impl Program {
    /// Starts a program, and waits until it listens or has ended.
    ///
    /// # Errors
    /// When it cannot be started, or does neither before [`PATIENCE`] runs out.
    pub fn start(command: &mut Command) -> Result<Program, String> {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| format!("{}: {error}", command.get_program().display()))?;
        let stdout = Transcript::of(child.stdout.take().expect("stdout is piped"));
        let stderr = Transcript::of(child.stderr.take().expect("stderr is piped"));
        let mut server = Server {
            child,
            port: 0,
            stdout: stdout.0,
            stderr: stderr.0,
            folder: None,
        };
        let first = stdout.1.recv_timeout(PATIENCE);
        if let Some(port) = first.ok().as_deref().and_then(port_of) {
            server.port = port;
            return Ok(Program::Listens(server));
        }
        // Both streams end when the process does, or a little before.
        let (stdout, stderr) = (server.stdout.whole(), server.stderr.whole());
        match ended(&mut server.child) {
            Some(status) => Ok(Program::Ended(status, stdout, stderr)),
            None => Err(format!(
                "it neither listens nor ends; it wrote: {stdout}{stderr}"
            )),
        }
    }
}

impl Server {
    /// Starts a server on a free port, in an empty folder, and waits for its `Listening on` line.
    ///
    /// # Errors
    /// What it said instead, and how it ended.
    pub fn start(name: &ServerName, env: &[(String, String)]) -> Result<Server, String> {
        Server::start_after(name, env, &[])
    }

    /// The same, after the program has been run with each of these arguments, in the same folder.
    ///
    /// # Errors
    /// What one of them said when it failed, or the server.
    pub fn start_after(
        name: &ServerName,
        env: &[(String, String)],
        commands: &[Vec<String>],
    ) -> Result<Server, String> {
        let program = artifacts().executable(&name.package, name.example.as_deref());
        Server::start_at(program, env, commands).map_err(|problem| format!("{name}: {problem}"))
    }

    /// The same, for the program at this place.
    ///
    /// # Errors
    /// What one of the commands said when it failed, or the server.
    pub fn start_at(
        program: &Path,
        env: &[(String, String)],
        commands: &[Vec<String>],
    ) -> Result<Server, String> {
        let folder = Folder::empty();
        for arguments in commands {
            let (status, stdout, stderr) =
                run_to_end(&mut prepared(program, env, &folder, arguments))?;
            if !status.success() {
                return Err(format!("{}: {stdout}{stderr}", arguments.join(" ")));
            }
        }
        let mut server = Server::start_command(&mut prepared(program, env, &folder, &[]))?;
        server.folder = Some(folder);
        Ok(server)
    }

    /// Starts a server by its name as a request file has it, `lesson-05` or
    /// `lesson-05 step1_map`.
    ///
    /// # Panics
    /// When it does not start.
    pub fn of(package: &str) -> Server {
        let name = ServerName::parse(package).unwrap_or_else(|problem| panic!("{problem}"));
        Server::start(&name, &[]).unwrap_or_else(|problem| panic!("{problem}"))
    }

    /// Starts any program that keeps the house's rules for servers.
    ///
    /// # Errors
    /// What it said instead, and how it ended.
    pub fn start_program(program: &Path, env: &[(String, String)]) -> Result<Server, String> {
        let mut command = Command::new(program);
        command.envs(env.iter().map(|(name, value)| (name, from_root(value))));
        Server::start_command(&mut command)
    }

    /// Starts a server by a command that the test has prepared: with arguments, in a folder, or
    /// by way of another program.
    ///
    /// # Errors
    /// What it said instead, and how it ended.
    pub fn start_command(command: &mut Command) -> Result<Server, String> {
        // A free port, unless the test names one.
        if !command.get_envs().any(|(name, _)| name == "PORT") {
            command.env("PORT", "0");
        }
        match Program::start(command)? {
            Program::Listens(server) => Ok(server),
            Program::Ended(_, stdout, stderr) => Err(format!(
                "expected a line `Listening on http://127.0.0.1:PORT`, got {stdout:?}; \
                 standard error: {stderr}"
            )),
        }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.port).into()
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// A new TCP connection to it.
    ///
    /// # Errors
    /// When it does not accept one.
    pub fn connect(&self) -> Result<TcpStream, String> {
        let stream = TcpStream::connect_timeout(&self.address(), PATIENCE)
            .map_err(|error| format!("cannot connect to {}: {error}", self.address()))?;
        // Small writes go out at once, as the request file has them.
        let set = stream
            .set_nodelay(true)
            .and(stream.set_read_timeout(Some(PATIENCE)));
        set.map_err(|error| error.to_string())?;
        Ok(stream)
    }

    /// Sends one request on a connection of its own, and reads the answer.
    ///
    /// # Panics
    /// When no whole answer comes.
    pub fn ask(&self, request: &[u8]) -> Answer {
        let method = request
            .split(|&byte| byte == b' ')
            .next()
            .unwrap_or_default();
        let method = String::from_utf8_lossy(method);
        let answer = self.connect().and_then(|stream| {
            let mut connection = Connection::new(stream);
            connection.send(request)?;
            connection.answer(&method)
        });
        match answer {
            Ok(Some(answer)) => answer,
            Ok(None) => panic!("closed without an answer: {}", show::text(request)),
            Err(problem) => panic!("{problem}: {}", show::text(request)),
        }
    }

    /// What it has written to standard output so far.
    pub fn stdout(&self) -> String {
        self.stdout.so_far()
    }

    /// What it has written to standard error so far.
    pub fn stderr(&self) -> String {
        self.stderr.so_far()
    }

    /// Waits until standard error holds `text`.
    ///
    /// # Panics
    /// When it does not come before [`PATIENCE`] runs out.
    pub fn wait_for_stderr(&self, text: &str) {
        assert!(
            self.stderr.wait_for(text),
            "{text:?} did not come on standard error, but: {}",
            self.stderr()
        );
    }

    /// Whether the process still runs.
    pub fn is_running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Sends Ctrl-C (SIGINT), as a terminal does.
    #[cfg(unix)]
    pub fn interrupt(&self) {
        self.signal("INT");
    }

    /// Sends a signal by its name, `TERM` for one.
    #[cfg(unix)]
    pub fn signal(&self, name: &str) {
        let status = Command::new("kill")
            .args([&format!("-{name}"), &self.pid().to_string()])
            .status();
        assert!(
            status.is_ok_and(|status| status.success()),
            "kill -{name} works"
        );
    }

    /// Ends it at once, as a loss of power would: nothing in it can run any more.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Ends it at once, and gives all that it has written to standard error.
    pub fn last_words(&mut self) -> String {
        self.kill();
        self.stderr.whole()
    }

    /// Waits for the process to end by itself, and until all that it wrote has been read.
    ///
    /// # Panics
    /// When it still runs after [`PATIENCE`].
    pub fn wait(&mut self) -> ExitStatus {
        match ended(&mut self.child) {
            Some(status) => {
                self.stdout.whole();
                self.stderr.whole();
                status
            }
            None => panic!("the server has not ended after {PATIENCE:?}"),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if thread::panicking() {
            eprintln!(
                "--- standard error of the server ---\n{}---",
                self.stderr.whole()
            );
        }
    }
}

/// A program with its arguments, in a folder.
fn prepared(
    program: &Path,
    env: &[(String, String)],
    folder: &Folder,
    arguments: &[String],
) -> Command {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .envs(env.iter().map(|(name, value)| (name, from_root(value))))
        .current_dir(&folder.0);
    command
}

/// A setting that names something in a lesson's folder, `lessons/10-serving/site`, counts from the
/// repository, where a student types it; a server of a test runs elsewhere.
pub fn from_root(value: &str) -> OsString {
    if value.starts_with("lessons/") {
        repository::root().join(value).into_os_string()
    } else {
        value.into()
    }
}

/// An empty folder, gone with its files when the value is dropped.
#[derive(Debug)]
pub struct Folder(pub PathBuf);

impl Folder {
    /// A new one, in the system's folder for such things.
    ///
    /// # Panics
    /// When it cannot be made.
    pub fn empty() -> Folder {
        static MADE: AtomicU64 = AtomicU64::new(0);
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("black-box-{}-{number}", std::process::id()));
        fs::create_dir_all(&path).expect("a folder can be made");
        Folder(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// How a process ended; nothing if it still runs after [`PATIENCE`].
fn ended(child: &mut Child) -> Option<ExitStatus> {
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        if let Ok(Some(status)) = child.try_wait() {
            return Some(status);
        }
        // Not a wait for readiness: the system gives no blocking wait with a limit.
        thread::park_timeout(Duration::from_millis(5));
    }
    None
}

fn port_of(line: &str) -> Option<u16> {
    let address = line.strip_prefix("Listening on http")?;
    let address = address.strip_prefix('s').unwrap_or(address); // with TLS
    address.strip_prefix("://127.0.0.1:")?.parse().ok()
}

/// What a child writes to one of its streams, read by a thread so that it never blocks.
#[derive(Debug, Default)]
struct Transcript {
    text: Mutex<Text>,
    grown: Condvar,
}

#[derive(Debug, Default)]
struct Text {
    text: String,
    ended: bool,
}

impl Transcript {
    /// The transcript, and its first line as soon as it is there.
    fn of(stream: impl Read + Send + 'static) -> (Arc<Transcript>, Receiver<String>) {
        let transcript = Arc::new(Transcript::default());
        let (send, receive) = channel();
        let kept = Arc::clone(&transcript);
        thread::spawn(move || {
            let mut reader = BufReader::new(stream);
            let mut line = Vec::new();
            while matches!(reader.read_until(b'\n', &mut line), Ok(read) if read > 0) {
                let text = String::from_utf8_lossy(&line).into_owned();
                kept.lock().text.push_str(&text);
                kept.grown.notify_all();
                let _ = send.send(text.trim_end().to_string());
                line.clear();
            }
            kept.lock().ended = true;
            kept.grown.notify_all();
        });
        (transcript, receive)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Text> {
        self.text.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn so_far(&self) -> String {
        self.lock().text.clone()
    }

    fn wait_for(&self, wanted: &str) -> bool {
        let waiting = |text: &mut Text| !text.ended && !text.text.contains(wanted);
        let (text, _) = self
            .grown
            .wait_timeout_while(self.lock(), PATIENCE, waiting)
            .unwrap_or_else(PoisonError::into_inner);
        text.text.contains(wanted)
    }

    /// All of it, once the stream has ended.
    fn whole(&self) -> String {
        let (text, _) = self
            .grown
            .wait_timeout_while(self.lock(), PATIENCE, |text| !text.ended)
            .unwrap_or_else(PoisonError::into_inner);
        text.text.clone()
    }
}

/// Runs a program to its end: its exit status, and what it wrote to standard output and error.
///
/// # Errors
/// When it cannot be started or does not end before [`PATIENCE`] runs out.
pub fn run_to_end(command: &mut Command) -> Result<(ExitStatus, String, String), String> {
    match Program::start(command)? {
        Program::Ended(status, stdout, stderr) => Ok((status, stdout, stderr)),
        Program::Listens(server) => Err(format!("it listens on port {}", server.port)),
    }
}
