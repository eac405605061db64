//! A server that takes part in a measurement.

use std::io::{BufRead, BufReader};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tests::wire::{Answer, Connection};

/// How long a server may take to be ready, and for an answer.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server that runs, until the value is gone. What it says on standard error is thrown away: to
/// keep it would cost this machine time, and not the same for all.
pub struct Running {
    pub name: &'static str,
    pub address: String,
    child: Child,
}

impl Running {
    /// Starts a program of the course, which says itself where it listens.
    ///
    /// # Errors
    /// When it does not start.
    pub fn ours(name: &'static str, command: &mut Command) -> Result<Running, String> {
        let (child, address) = listening(command)?;
        Ok(Running {
            name,
            address,
            child,
        })
    }

    /// Starts a program that was told its address, and waits until it is there.
    ///
    /// # Errors
    /// When it does not start.
    pub fn at(
        address: String,
        name: &'static str,
        command: &mut Command,
    ) -> Result<Running, String> {
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("{name}: {error}"))?;
        let running = Running {
            name,
            address,
            child,
        };
        let begun = Instant::now();
        while TcpStream::connect(&running.address).is_err() {
            if begun.elapsed() > PATIENCE {
                return Err(format!("{name} does not answer"));
            }
            thread::sleep(Duration::from_millis(50));
        }
        Ok(running)
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The URL of a target.
    pub fn url(&self, target: &str) -> String {
        format!("http://{}{target}", self.address)
    }

    /// Asks one thing, with a body of JSON unless it is empty.
    ///
    /// # Errors
    /// When there is no answer.
    pub fn ask(&self, method: &str, target: &str, body: &str) -> Result<Answer, String> {
        let mut request = format!("{method} {target} HTTP/1.1\r\nHost: localhost\r\n");
        if !body.is_empty() {
            let length = body.len();
            request += &format!("Content-Type: application/json\r\nContent-Length: {length}\r\n");
        }
        self.send(method, &format!("{request}\r\n{body}"))
    }

    /// Sends a whole request of that method, on a connection of its own.
    ///
    /// # Errors
    /// When there is no answer.
    pub fn send(&self, method: &str, request: &str) -> Result<Answer, String> {
        let stream = TcpStream::connect(&self.address).map_err(|error| error.to_string())?;
        let set = stream.set_read_timeout(Some(PATIENCE));
        set.map_err(|error| error.to_string())?;
        let mut connection = Connection::new(stream);
        connection.send(request.as_bytes())?;
        connection
            .answer(method)?
            .ok_or("there was no answer".into())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}

/// Starts a program that says where it listens, and reads that.
///
/// # Errors
/// When it does not start, or says something else.
pub fn listening(command: &mut Command) -> Result<(Child, String), String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let mut child = command
        .env("PORT", "0")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| format!("{program}: {error}"))?;
    let mut line = String::new();
    if let Some(stdout) = child.stdout.take() {
        let _ = BufReader::new(stdout).read_line(&mut line);
    }
    let address = line.trim().strip_prefix("Listening on http://");
    match address.map(str::to_string) {
        Some(address) => Ok((child, address)),
        None => {
            end(&mut child);
            Err(format!("{program} does not start: it says {line:?}"))
        }
    }
}

/// Ends a server. gunicorn and uvicorn end their workers when they are asked to end, not when they
/// are killed.
pub fn end(child: &mut Child) {
    let asked = Command::new("kill").arg(child.id().to_string()).status();
    if asked.is_err() {
        let _ = child.kill();
    }
    let _ = child.wait();
}
