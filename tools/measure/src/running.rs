//! A server that takes part in a measurement.

use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use house::start::Started;
use wire::{Answer, Connection, PATIENCE};

/// A server that runs, until the value is gone. What it says on standard error is thrown away: to
/// keep it would cost this machine time, and not the same for all.
pub struct Running {
    pub name: &'static str,
    pub address: String,
    process: Process,
}

enum Process {
    Ours(Started),
    Other(Child),
}

impl Running {
    /// Starts a program of the course, which says itself where it listens.
    ///
    /// # Errors
    /// When it does not start.
    pub fn ours(name: &'static str, command: &mut Command) -> Result<Running, String> {
        let mut started = Started::child(command, 0)?;
        let program = command.get_program().display();
        let Some(port) = started.port(PATIENCE) else {
            let ended = started.ended();
            return Err(format!("{program} does not listen ({ended:?})"));
        };
        Ok(Running {
            name,
            address: format!("127.0.0.1:{port}"),
            process: Process::Ours(started),
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
            process: Process::Other(child),
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
        match &self.process {
            Process::Ours(started) => started.pid(),
            Process::Other(child) => child.id(),
        }
    }

    /// The URL of a target.
    pub fn url(&self, target: &str) -> String {
        format!("http://{}{target}", self.address)
    }

    /// A new connection.
    ///
    /// # Errors
    /// When it does not accept one.
    pub fn connect(&self) -> Result<Connection, String> {
        let address = self.address.parse();
        Connection::open(address.map_err(|error| format!("{}: {error}", self.address))?)
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
        let mut connection = self.connect()?;
        connection.send(request.as_bytes())?;
        connection
            .answer(method)?
            .ok_or("there was no answer".into())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Process::Other(child) = &mut self.process {
            end(child);
        }
    }
}

/// Ends a server. gunicorn and uvicorn end their workers when they are asked to end, not when they
/// are killed.
fn end(child: &mut Child) {
    let asked = Command::new("kill").arg(child.id().to_string()).status();
    if asked.is_err() {
        let _ = child.kill();
    }
    let _ = child.wait();
}
