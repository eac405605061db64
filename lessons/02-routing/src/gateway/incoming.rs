//! Waiting for bytes, with a limit to the time and to the patience.

use std::io::{ErrorKind, Read};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::application::Response;

/// A whole request must have come after so long, however slowly it trickles in.
const TIME_LIMIT: Duration = Duration::from_secs(10);
/// Of what a client sends beside its request, so much is read and thrown away.
const DRAIN_TIME: Duration = Duration::from_secs(2);
const DRAIN_LIMIT: usize = 4 * 1024 * 1024;
const LINE_LIMIT: usize = 4 * 1024;

// ANCHOR: incoming
/// What has come from a client and has not been used yet.
pub struct Incoming<'a> {
    pub stream: &'a TcpStream,
    pub received: Vec<u8>,
    /// The method is HEAD: the answer goes without its body.
    pub head_only: bool,
    deadline: Instant,
}

impl<'a> Incoming<'a> {
    pub fn new(stream: &'a TcpStream) -> Self {
        Incoming {
            stream,
            received: Vec::new(),
            head_only: false,
            deadline: Instant::now() + TIME_LIMIT,
        }
    }

    /// Waits for more bytes, until the deadline at the latest.
    pub fn more(&mut self) -> Result<(), Response> {
        let left = self.deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return refuse(408, "The request took longer than 10 seconds.");
        }
        let _ = self.stream.set_read_timeout(Some(left));
        let mut bytes = [0; 8 * 1024];
        match self.stream.read(&mut bytes) {
            Ok(0) => refuse(400, "The request ended before it was whole."),
            Ok(count) => {
                self.received.extend(&bytes[..count]);
                Ok(())
            }
            // The time is over, which the next call says, or a signal came between.
            Err(error) if is_pause(error.kind()) => Ok(()),
            Err(_) => refuse(400, "The connection broke."),
        }
    }
    // ANCHOR_END: incoming

    /// Takes so many bytes.
    pub fn take(&mut self, count: usize) -> Result<Vec<u8>, Response> {
        while self.received.len() < count {
            self.more()?;
        }
        Ok(self.received.drain(..count).collect())
    }

    /// Takes one line, without the CR LF at its end.
    pub fn line(&mut self) -> Result<Vec<u8>, Response> {
        loop {
            if let Some(end) = self.received.iter().position(|byte| *byte == b'\n') {
                let line = self.take(end + 1)?;
                return match line.strip_suffix(b"\r\n") {
                    Some(line) if !line.contains(&b'\r') => Ok(line.to_vec()),
                    _ => refuse(400, "Each line must end in CR LF."),
                };
            }
            if self.received.len() > LINE_LIMIT {
                return refuse(400, "A line of the body's framing is longer than 4 KiB.");
            }
            self.more()?;
        }
    }

    /// Reads what the client still sends, until it has seen our end and closes as well.
    pub fn drain(&mut self) {
        self.deadline = Instant::now() + DRAIN_TIME;
        let mut drained = 0;
        while drained < DRAIN_LIMIT && self.more().is_ok() {
            drained += self.received.len();
            self.received.clear();
        }
    }
}

fn is_pause(kind: ErrorKind) -> bool {
    // Linux and macOS call a wait that was too long WouldBlock, Windows calls it TimedOut.
    matches!(
        kind,
        ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted
    )
}

// ANCHOR: refuse
/// An answer without the application: a status, and a sentence for the person at the other end.
pub fn refuse<T>(status: u16, why: &str) -> Result<T, Response> {
    Err(Response {
        status,
        headers: vec![("content-type".into(), "text/plain; charset=utf-8".into())],
        body: format!("{why}\n").into_bytes(),
    })
}
// ANCHOR_END: refuse
