//! A server of the course as a child process.

use std::ffi::OsString;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Command, ExitStatus};
use std::thread;

use house::build::{ServerName, artifacts};
use house::files::{TempDir, temporary};
use house::start::Started;

use crate::connection::{self, Answer, Connection};
use crate::show;

pub use crate::PATIENCE;

/// A running server. It is killed when the value is dropped; if the test has failed by then,
/// what the server wrote to standard error is printed.
#[derive(Debug)]
pub struct Server {
    started: Started,
    /// The port it listens on, on 127.0.0.1.
    pub port: u16,
    /// Where it runs and may leave files, if it has a folder of its own.
    folder: Option<TempDir>,
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
        let mut started = Started::child(command, usize::MAX)?;
        if let Some(port) = started.port(PATIENCE) {
            return Ok(Program::Listens(Server {
                started,
                port,
                folder: None,
            }));
        }
        // Both streams end when the process does, or a little before.
        let stdout = started.stdout.whole(PATIENCE);
        let stderr = started.stderr.whole(PATIENCE);
        match started.wait(PATIENCE) {
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
        let folder = temporary("black-box-")?;
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

    /// Starts a server by a command that the test has prepared: with arguments, in a folder, or
    /// by way of another program.
    ///
    /// # Errors
    /// What it said instead, and how it ended.
    pub fn start_command(command: &mut Command) -> Result<Server, String> {
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
        self.started.pid()
    }

    /// A new TCP connection to it.
    ///
    /// # Errors
    /// When it does not accept one.
    pub fn connect(&self) -> Result<TcpStream, String> {
        connection::stream(self.address())
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
        self.started.stdout.so_far()
    }

    /// What it has written to standard error so far.
    pub fn stderr(&self) -> String {
        self.started.stderr.so_far()
    }

    /// Waits until standard error holds `text`.
    ///
    /// # Panics
    /// When it does not come before [`PATIENCE`] runs out.
    pub fn wait_for_stderr(&self, text: &str) {
        let said = self.started.stderr.wait(PATIENCE, |said| {
            said.ended || String::from_utf8_lossy(said.lines()).contains(text)
        });
        let said = String::from_utf8_lossy(said.lines());
        assert!(
            said.contains(text),
            "{text:?} did not come on standard error, but: {said}"
        );
    }

    /// Whether the process still runs.
    pub fn is_running(&mut self) -> bool {
        self.started.ended().is_none()
    }

    /// Sends Ctrl-C (SIGINT), as a terminal does.
    #[cfg(unix)]
    pub fn interrupt(&self) {
        self.signal("INT");
    }

    /// Sends a signal by its name, `TERM` for one.
    #[cfg(unix)]
    pub fn signal(&self, name: &str) {
        self.started.signal(name);
    }

    /// Ends it at once, as a loss of power would: nothing in it can run any more.
    pub fn kill(&mut self) {
        self.started.end();
    }

    /// Ends it at once, and gives all that it has written to standard error.
    pub fn last_words(&mut self) -> String {
        self.kill();
        self.started.stderr.whole(PATIENCE)
    }

    /// Waits for the process to end by itself, and until all that it wrote has been read.
    ///
    /// # Panics
    /// When it still runs after [`PATIENCE`].
    pub fn wait(&mut self) -> ExitStatus {
        match self.started.wait(PATIENCE) {
            Some(status) => {
                self.started.stdout.whole(PATIENCE);
                self.started.stderr.whole(PATIENCE);
                status
            }
            None => panic!("the server has not ended after {PATIENCE:?}"),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if thread::panicking() {
            let said = self.last_words();
            eprintln!("--- standard error of the server ---\n{said}---");
        }
    }
}

/// A program with its arguments, in a folder.
fn prepared(
    program: &Path,
    env: &[(String, String)],
    folder: &TempDir,
    arguments: &[String],
) -> Command {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .envs(env.iter().map(|(name, value)| (name, from_root(value))))
        .current_dir(folder.path());
    command
}

/// A setting that names something in a lesson's folder, `lessons/10-serving/site`, counts from the
/// repository, where a student types it; a server of a test runs elsewhere.
pub fn from_root(value: &str) -> OsString {
    if value.starts_with("lessons/") {
        house::root().join(value).into_os_string()
    } else {
        value.into()
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
