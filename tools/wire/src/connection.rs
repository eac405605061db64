//! A connection, and the answers on it, to the byte.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::Instant;

use crate::PATIENCE;
use crate::answer::{Broken, Framing, Piece, Reader};

/// A connection to a server that keeps every byte it reads.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    reader: Reader,
    /// Of the body behind the head that was read last.
    framing: Framing,
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

/// A stream to a server on which small writes go out at once, and reads do not wait for ever.
///
/// # Errors
/// When it takes no connection.
pub fn stream(address: SocketAddr) -> Result<TcpStream, String> {
    let stream = TcpStream::connect_timeout(&address, PATIENCE)
        .map_err(|error| format!("cannot connect to {address}: {error}"))?;
    let set = stream
        .set_nodelay(true)
        .and(stream.set_read_timeout(Some(PATIENCE)));
    set.map_err(|error| error.to_string())?;
    Ok(stream)
}

impl Connection {
    /// A connection to a server.
    ///
    /// # Errors
    /// When it takes none.
    pub fn open(address: SocketAddr) -> Result<Connection, String> {
        stream(address).map(Connection::new)
    }

    /// A connection on an open stream. The stream's read time-out bounds every read.
    pub fn new(stream: TcpStream) -> Connection {
        Connection {
            stream,
            reader: Reader::default(),
            framing: Framing::UntilClose,
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
        let Some(mut answer) = self.head_for(method)? else {
            return Ok(None);
        };
        loop {
            let piece = self.piece()?;
            answer.body.extend_from_slice(piece.data());
            answer.framed.extend_from_slice(&piece.framed);
            if piece.is_last {
                return Ok(Some(answer));
            }
        }
    }

    /// Reads the head of an answer and those of the interim answers before it.
    ///
    /// # Errors
    /// As [`Connection::answer`].
    pub fn head(&mut self) -> Result<Option<Answer>, String> {
        self.head_for("GET")
    }

    fn head_for(&mut self, method: &str) -> Result<Option<Answer>, String> {
        let mut answer = Answer::default();
        loop {
            let head = match self.need(Reader::head)? {
                Err(Broken::Nothing) if answer.head.is_empty() => return Ok(None),
                head => head.map_err(|broken| self.said(&broken))?,
            };
            answer.head.extend_from_slice(&head.bytes);
            if head.is_interim() {
                continue;
            }
            let framing = head.framing(method);
            self.framing = framing.map_err(|broken| self.said(&broken))?;
            answer.status = head.status;
            answer.headers = head.headers;
            for (name, _) in &mut answer.headers {
                name.make_ascii_lowercase();
            }
            return Ok(Some(answer));
        }
    }

    /// Reads one interim answer (status 1xx): its head.
    ///
    /// # Errors
    /// As [`Connection::answer`].
    pub fn interim(&mut self) -> Result<Vec<u8>, String> {
        let head = self.need(Reader::head)?;
        let head = head.map_err(|broken| self.said(&broken))?;
        Ok(head.bytes)
    }

    /// Reads a chunk in its framing; `None` after the last one (whose line has been read).
    ///
    /// # Errors
    /// When the framing is broken or the connection ends before the last chunk.
    pub fn chunk(&mut self) -> Result<Option<Vec<u8>>, String> {
        let piece = self.piece()?;
        Ok((!piece.is_last).then_some(piece.framed))
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

    /// Everything up to the end of the connection.
    ///
    /// # Errors
    /// When the connection does not end in time.
    pub fn rest(&mut self) -> Result<Vec<u8>, String> {
        while !self.closed {
            self.more()?;
        }
        Ok(self.reader.rest())
    }

    fn piece(&mut self) -> Result<Piece, String> {
        let mut framing = std::mem::replace(&mut self.framing, Framing::UntilClose);
        let piece = self.need(|reader| reader.body(&mut framing))?;
        self.framing = framing;
        piece.map_err(|broken| self.said(&broken))
    }

    /// Reads until there is what is wanted, or something is wrong with it.
    fn need<T>(
        &mut self,
        mut wanted: impl FnMut(&mut Reader) -> Result<Option<T>, Broken>,
    ) -> Result<Result<T, Broken>, String> {
        loop {
            if let Some(found) = wanted(&mut self.reader).transpose() {
                return Ok(found);
            }
            self.more()?;
        }
    }

    fn said(&self, broken: &Broken) -> String {
        let came = String::from_utf8_lossy(self.reader.unread());
        format!("{broken}: {came:?}")
    }

    /// Reads once.
    fn more(&mut self) -> Result<(), String> {
        let mut piece = [0; 16 * 1024];
        match self.stream.read(&mut piece) {
            Ok(0) => self.closed = true,
            Ok(count) => self.reader.take_in(&piece[..count]),
            Err(error) if is_reset(&error) => self.closed = true,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => {
                let came = String::from_utf8_lossy(self.reader.unread());
                return Err(format!("no answer in time ({error}); so far: {came:?}"));
            }
        }
        if self.closed {
            self.reader.end();
        }
        Ok(())
    }
}

fn is_reset(error: &std::io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::BrokenPipe
    )
}
