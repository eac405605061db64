//! A connection, and the answers on it, to the byte.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Instant;

/// A connection to a server that keeps every byte it reads.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
    sent_at: Instant,
    /// Whether the server has closed its side.
    pub closed: bool,
}

/// An answer as it came.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// The status code of the final answer.
    pub status: u16,
    /// Interim answers (status 1xx), the status line, the headers and the blank line, to the byte.
    pub head: Vec<u8>,
    /// The headers of the final answer, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body as it came, in its framing: with the sizes of its chunks, if it came in chunks.
    pub framed: Vec<u8>,
    /// The body itself.
    pub body: Vec<u8>,
}

/// A chunk of a chunked body.
#[derive(Clone, Debug)]
pub struct Chunk {
    /// Its bytes on the wire: size line, data, line end.
    pub framed: Vec<u8>,
    /// The whole seconds that had passed since the request was sent.
    pub seconds: u64,
}

impl Answer {
    /// The first header of that name (lower case).
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(found, _)| found == name);
        found.map(|(_, value)| value.as_str())
    }

    /// Whether the server said that it closes the connection after this answer.
    pub fn says_close(&self) -> bool {
        let close = |value: &str| value.to_ascii_lowercase().contains("close");
        self.header("connection").is_some_and(close)
            || (self.head.starts_with(b"HTTP/1.0") && self.header("connection").is_none())
    }
}

impl Connection {
    /// A connection on an open stream. The stream's read time-out bounds every read.
    pub fn new(stream: TcpStream) -> Connection {
        Connection {
            stream,
            buffer: Vec::new(),
            sent_at: Instant::now(),
            closed: false,
        }
    }

    /// Sends bytes. A server that has stopped reading is no error: its answer may be there.
    ///
    /// # Errors
    /// Any other trouble with the socket.
    pub fn send(&mut self, bytes: &[u8]) -> Result<(), String> {
        self.sent_at = Instant::now();
        match self.stream.write_all(bytes) {
            Err(error) if !is_reset(&error) => Err(format!("cannot send: {error}")),
            _ => Ok(()),
        }
    }

    /// Says that no more will be sent, and goes on reading.
    pub fn half_close(&mut self) {
        let _ = self.stream.shutdown(Shutdown::Write);
    }

    /// Reads one whole answer; `method` is that of its request, since an answer to HEAD has no
    /// body. `None` when the server closed the connection instead.
    ///
    /// # Errors
    /// What came, when it is not an HTTP answer, is cut off, or does not come in time.
    pub fn answer(&mut self, method: &str) -> Result<Option<Answer>, String> {
        let Some(mut answer) = self.head()? else {
            return Ok(None);
        };
        if method == "HEAD" || matches!(answer.status, 204 | 304) {
            return Ok(Some(answer));
        }
        let chunked = answer.header("transfer-encoding") == Some("chunked");
        let length = answer.header("content-length").map(str::to_string);
        if chunked {
            while let Some(framed) = self.chunk()? {
                answer.body.extend_from_slice(data_of(&framed));
                answer.framed.extend(framed);
            }
            answer.framed.extend(self.trailer()?);
        } else if let Some(length) = length {
            let length = length
                .parse()
                .map_err(|_| format!("content-length: {length}"))?;
            answer.body = self.take(length)?;
            answer.framed = answer.body.clone();
        } else {
            answer.body = self.rest()?;
            answer.framed = answer.body.clone();
        }
        Ok(Some(answer))
    }

    /// Reads the head of an answer and those of the interim answers before it.
    ///
    /// # Errors
    /// As [`Connection::answer`].
    pub fn head(&mut self) -> Result<Option<Answer>, String> {
        let mut answer = Answer::default();
        loop {
            let Some(head) = self.until(b"\r\n\r\n")? else {
                if self.buffer.is_empty() && answer.head.is_empty() {
                    return Ok(None);
                }
                let came = String::from_utf8_lossy(&self.buffer);
                return Err(format!("the answer ends before its head does: {came:?}"));
            };
            let text = String::from_utf8_lossy(&head).into_owned();
            answer.head.extend(head);
            let mut lines = text.lines();
            let status_line = lines.next().unwrap_or_default();
            let status = status_line
                .split(' ')
                .nth(1)
                .and_then(|status| status.parse().ok());
            answer.status = status.ok_or_else(|| format!("no status line: {status_line:?}"))?;
            if answer.status >= 200 || answer.status == 101 {
                answer.headers = lines
                    .filter_map(|line| line.split_once(':'))
                    .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_string()))
                    .collect();
                return Ok(Some(answer));
            }
        }
    }

    /// Reads one interim answer (status 1xx): its head.
    ///
    /// # Errors
    /// As [`Connection::answer`].
    pub fn interim(&mut self) -> Result<Vec<u8>, String> {
        self.until(b"\r\n\r\n")?
            .ok_or_else(|| "the server closed without an answer".into())
    }

    /// Reads a chunk in its framing; `None` after the last one (whose line has been read).
    ///
    /// # Errors
    /// When the framing is broken or the connection ends before the last chunk.
    pub fn chunk(&mut self) -> Result<Option<Vec<u8>>, String> {
        let line = self
            .until(b"\r\n")?
            .ok_or("the connection ended before the last chunk")?;
        let text = String::from_utf8_lossy(&line);
        let size = text.trim_end().split(';').next().unwrap_or_default();
        let size = usize::from_str_radix(size, 16).map_err(|_| format!("chunk size {text:?}"))?;
        if size == 0 {
            self.buffer.splice(0..0, line);
            return Ok(None);
        }
        let mut framed = line;
        framed.extend(self.take(size + 2)?);
        if !framed.ends_with(b"\r\n") {
            return Err("a chunk is not followed by a line end".into());
        }
        Ok(Some(framed))
    }

    /// Reads a chunk and says when it came.
    ///
    /// # Errors
    /// As [`Connection::chunk`]; an end of the body is an error here.
    pub fn timed_chunk(&mut self) -> Result<Chunk, String> {
        let framed = self.chunk()?.ok_or("the body ended")?;
        let seconds = self.sent_at.elapsed().as_secs();
        Ok(Chunk { framed, seconds })
    }

    /// The last chunk's line, trailers, and the blank line.
    fn trailer(&mut self) -> Result<Vec<u8>, String> {
        let mut trailer = Vec::new();
        loop {
            let line = self
                .until(b"\r\n")?
                .ok_or("the connection ended before the last chunk")?;
            let is_blank = line == b"\r\n";
            trailer.extend(line);
            if is_blank {
                return Ok(trailer);
            }
        }
    }

    /// Everything up to the end of the connection.
    ///
    /// # Errors
    /// When the connection does not end in time.
    pub fn rest(&mut self) -> Result<Vec<u8>, String> {
        while self.more()? {}
        Ok(std::mem::take(&mut self.buffer))
    }

    fn until(&mut self, end: &[u8]) -> Result<Option<Vec<u8>>, String> {
        loop {
            let found = self
                .buffer
                .windows(end.len())
                .position(|bytes| bytes == end);
            if let Some(at) = found {
                return Ok(Some(self.buffer.drain(..at + end.len()).collect()));
            }
            if !self.more()? {
                return Ok(None);
            }
        }
    }

    fn take(&mut self, count: usize) -> Result<Vec<u8>, String> {
        while self.buffer.len() < count {
            if !self.more()? {
                let missing = count - self.buffer.len();
                return Err(format!("the connection ended {missing} bytes too early"));
            }
        }
        Ok(self.buffer.drain(..count).collect())
    }

    /// Reads once; whether anything came.
    fn more(&mut self) -> Result<bool, String> {
        let mut piece = [0; 16 * 1024];
        match self.stream.read(&mut piece) {
            Ok(0) => self.closed = true,
            Ok(count) => self.buffer.extend_from_slice(&piece[..count]),
            Err(error) if is_reset(&error) => self.closed = true,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => {
                let came = String::from_utf8_lossy(&self.buffer);
                return Err(format!("no answer in time ({error}); so far: {came:?}"));
            }
        }
        Ok(!self.closed)
    }
}

fn is_reset(error: &std::io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::BrokenPipe
    )
}

/// The data of a chunk, without its size line and line end.
fn data_of(framed: &[u8]) -> &[u8] {
    let line = framed
        .iter()
        .position(|&byte| byte == b'\n')
        .map_or(0, |at| at + 1);
    &framed[line..framed.len() - 2]
}
