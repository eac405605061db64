//! A server that takes part in a measurement.

use std::net::{Ipv4Addr, SocketAddr};
use std::process::Command;

use house::start::Started;
use wire::{Answer, Connection, PATIENCE};

/// A server that runs, until the value is gone. What it says on standard error is thrown away: to
/// keep it would cost this machine time, and not the same for all.
pub struct Running {
    pub name: &'static str,
    pub address: SocketAddr,
    started: Started,
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
            address: (Ipv4Addr::LOCALHOST, port).into(),
            started,
        })
    }

    /// Starts a program that was told its address, and waits until it is there.
    ///
    /// # Errors
    /// When it does not start.
    pub fn at(
        address: SocketAddr,
        name: &'static str,
        command: &mut Command,
    ) -> Result<Running, String> {
        Ok(Running {
            name,
            address,
            started: Started::told(command, address, 0, PATIENCE)?,
        })
    }

    pub fn pid(&self) -> u32 {
        self.started.pid()
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
        Connection::open(self.address)
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
