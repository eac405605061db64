//! Reads answers from bytes that somebody else has received: from a socket that waits, one that does not, a file.
//!
//! [`Reader::take_in`] is given what comes and [`Reader::end`] is told when nothing more will. [`Reader::head`] and
//! [`Reader::body`] give what is there, `None` when more bytes must come first, or say what is wrong.

use std::fmt;
use std::ops::Range;

/// The longest head, and the longest line within a body's framing.
const LONGEST: usize = 64 * 1024;

/// The bytes of a connection that have come and are not read yet.
#[derive(Debug, Default)]
pub struct Reader {
    bytes: Vec<u8>,
    /// So far no end of a line or head was found.
    looked: usize,
    ended: bool,
}

/// A status line and its headers.
#[derive(Clone, Debug)]
pub struct Head {
    /// It and the blank line, to the byte.
    pub bytes: Vec<u8>,
    /// The status code.
    pub status: u16,
    /// The headers in their order, names as they were written.
    pub headers: Vec<(String, String)>,
}

/// What says where a body ends, and how far it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Framing {
    /// By its length.
    Length {
        /// What the head says.
        announced: usize,
        /// What has come of it.
        came: usize,
    },
    /// In chunks.
    Chunks(Chunk),
    /// With the connection.
    UntilClose,
}

/// Where in a chunk the reading has stopped.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Chunk {
    /// Before the line with its size.
    #[default]
    Size,
    /// Before its data: the line, and the size.
    Data(Vec<u8>, usize),
    /// Behind the last one: its line, and what came of the trailer.
    Trailer(Vec<u8>),
}

/// Part of a body.
#[derive(Clone, Debug)]
pub struct Piece {
    /// As it came: with the size of its chunk, if it is one.
    pub framed: Vec<u8>,
    data: Range<usize>,
    /// Whether the body ends here.
    pub is_last: bool,
}

/// What is wrong with an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Broken {
    /// The connection has ended, and nothing has come.
    Nothing,
    /// The connection has ended in the head.
    CutInHead,
    /// The head begins with this.
    StatusLine(String),
    /// This is no header.
    Header(String),
    /// This is no length.
    Length(String),
    /// The connection has ended before so many bytes had come.
    Short {
        /// What the head says.
        announced: usize,
        /// What came.
        came: usize,
    },
    /// The connection has ended before the last chunk.
    CutInChunks,
    /// This is no size of a chunk.
    ChunkSize(String),
    /// A chunk does not end where its size says.
    ChunkEnd,
    /// A head, or a line within a body's framing, does not end.
    Endless,
}

impl fmt::Display for Broken {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Broken::Nothing => out.write_str("the server closed without an answer"),
            Broken::CutInHead => out.write_str("the answer ends before its head does"),
            Broken::StatusLine(line) => write!(out, "no status line: {line:?}"),
            Broken::Header(line) => write!(out, "no header: {line:?}"),
            Broken::Length(length) => write!(out, "content-length: {length:?}"),
            Broken::Short { announced, came } => {
                write!(
                    out,
                    "the connection ended after {came} of {announced} bytes"
                )
            }
            Broken::CutInChunks => out.write_str("the connection ended before the last chunk"),
            Broken::ChunkSize(size) => write!(out, "the size of a chunk is {size:?}"),
            Broken::ChunkEnd => out.write_str("a chunk does not end where its size says"),
            Broken::Endless => out.write_str("a head or a line does not end"),
        }
    }
}

impl Piece {
    /// Its bytes, without any framing.
    pub fn data(&self) -> &[u8] {
        &self.framed[self.data.clone()]
    }

    fn plain(framed: Vec<u8>) -> Piece {
        Piece {
            data: 0..framed.len(),
            framed,
            is_last: false,
        }
    }

    /// The end of a body; of one in chunks, the last line and the trailer.
    fn last(framed: Vec<u8>) -> Piece {
        Piece {
            framed,
            data: 0..0,
            is_last: true,
        }
    }
}

impl Head {
    fn parse(bytes: Vec<u8>) -> Result<Head, Broken> {
        let text = String::from_utf8_lossy(&bytes);
        let mut lines = text.split("\r\n");
        let status_line = lines.next().unwrap_or_default();
        let status = status_line
            .strip_prefix("HTTP/1.")
            .and_then(|rest| rest.get(2..5))
            .and_then(|status| status.parse().ok())
            .ok_or_else(|| Broken::StatusLine(status_line.to_string()))?;
        let mut headers = Vec::new();
        for line in lines.filter(|line| !line.is_empty()) {
            match line.split_once(':') {
                Some((name, value)) if !name.contains(' ') && !value.contains('\n') => {
                    headers.push((name.to_string(), value.trim().to_string()));
                }
                _ => return Err(Broken::Header(line.to_string())),
            }
        }
        Ok(Head {
            status,
            headers,
            bytes,
        })
    }

    /// Whether the answer itself is still to come. 101 is none of these: behind it there is no more HTTP.
    pub fn is_interim(&self) -> bool {
        (100..200).contains(&self.status) && self.status != 101
    }

    /// The first header of that name, in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        let found = headers.find(|(found, _)| found.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// What says where the body ends of an answer to a request with this method.
    ///
    /// # Errors
    /// When its length is no number.
    pub fn framing(&self, method: &str) -> Result<Framing, Broken> {
        let length = |announced| Framing::Length { announced, came: 0 };
        if method == "HEAD" || matches!(self.status, 204 | 304) {
            return Ok(length(0));
        }
        if let Some(codings) = self.header("transfer-encoding") {
            let last = codings.rsplit(',').next().unwrap_or_default();
            return Ok(match last.trim().eq_ignore_ascii_case("chunked") {
                true => Framing::Chunks(Chunk::Size),
                false => Framing::UntilClose,
            });
        }
        match self.header("content-length") {
            None => Ok(Framing::UntilClose),
            Some(text) => match text.parse() {
                Ok(announced) => Ok(length(announced)),
                Err(_) => Err(Broken::Length(text.to_string())),
            },
        }
    }
}

impl Reader {
    /// More bytes have come.
    pub fn take_in(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// Nothing more will come.
    pub fn end(&mut self) {
        self.ended = true;
    }

    /// Whether nothing more will come.
    pub fn has_ended(&self) -> bool {
        self.ended
    }

    /// What has come and is not read yet.
    pub fn unread(&self) -> &[u8] {
        &self.bytes
    }

    /// The same, which is read now.
    pub fn rest(&mut self) -> Vec<u8> {
        self.looked = 0;
        std::mem::take(&mut self.bytes)
    }

    /// The next head, which may be that of an interim answer.
    ///
    /// # Errors
    /// When it is none, or the connection ends in it.
    pub fn head(&mut self) -> Result<Option<Head>, Broken> {
        match self.until(b"\r\n\r\n")? {
            Some(head) => Head::parse(head).map(Some),
            None if !self.ended => Ok(None),
            None if self.bytes.is_empty() => Err(Broken::Nothing),
            None => Err(Broken::CutInHead),
        }
    }

    /// What comes next of a body: a chunk, or whatever is there. After its last piece there is none.
    ///
    /// # Errors
    /// When its framing is broken, or the connection ends too early.
    pub fn body(&mut self, framing: &mut Framing) -> Result<Option<Piece>, Broken> {
        match framing {
            Framing::Length { announced, came } if came == announced => {
                Ok(Some(Piece::last(Vec::new())))
            }
            Framing::Length { announced, came } => match self.take(*announced - *came) {
                Some(piece) => {
                    *came += piece.framed.len();
                    Ok(Some(piece))
                }
                None if self.ended => Err(Broken::Short {
                    announced: *announced,
                    came: *came,
                }),
                None => Ok(None),
            },
            Framing::UntilClose => match self.take(usize::MAX) {
                None if self.ended => Ok(Some(Piece::last(Vec::new()))),
                piece => Ok(piece),
            },
            Framing::Chunks(at) => self.chunk(at),
        }
    }

    fn chunk(&mut self, at: &mut Chunk) -> Result<Option<Piece>, Broken> {
        loop {
            match at {
                Chunk::Size => {
                    let Some(line) = self.line()? else {
                        return Ok(None);
                    };
                    let text = String::from_utf8_lossy(&line);
                    let size = text.trim_end().split(';').next().unwrap_or_default();
                    let size = usize::from_str_radix(size.trim(), 16)
                        .map_err(|_| Broken::ChunkSize(size.to_string()))?;
                    *at = match size {
                        0 => Chunk::Trailer(line),
                        size => Chunk::Data(line, size),
                    };
                }
                Chunk::Data(line, size) => {
                    let whole = size.saturating_add(2);
                    if self.bytes.len() < whole {
                        return match self.ended {
                            true => Err(Broken::CutInChunks),
                            false => Ok(None),
                        };
                    }
                    if self.bytes[*size..whole] != *b"\r\n" {
                        return Err(Broken::ChunkEnd);
                    }
                    let mut framed = std::mem::take(line);
                    let data = framed.len()..framed.len() + *size;
                    framed.extend(self.bytes.drain(..whole));
                    self.looked = 0;
                    *at = Chunk::Size;
                    return Ok(Some(Piece {
                        framed,
                        data,
                        is_last: false,
                    }));
                }
                Chunk::Trailer(framed) => {
                    let Some(line) = self.line()? else {
                        return Ok(None);
                    };
                    let is_blank = line == b"\r\n";
                    framed.extend(line);
                    if is_blank {
                        return Ok(Some(Piece::last(std::mem::take(framed))));
                    }
                }
            }
        }
    }

    /// What has come, `most` bytes of it.
    fn take(&mut self, most: usize) -> Option<Piece> {
        let count = most.min(self.bytes.len());
        self.looked = 0;
        (count > 0).then(|| Piece::plain(self.bytes.drain(..count).collect()))
    }

    /// A line within chunks, with its end.
    fn line(&mut self) -> Result<Option<Vec<u8>>, Broken> {
        match self.until(b"\r\n")? {
            None if self.ended => Err(Broken::CutInChunks),
            line => Ok(line),
        }
    }

    fn until(&mut self, end: &[u8]) -> Result<Option<Vec<u8>>, Broken> {
        let unseen = &self.bytes[self.looked..];
        let found = unseen.windows(end.len()).position(|bytes| bytes == end);
        if let Some(at) = found {
            let whole = self.looked + at + end.len();
            self.looked = 0;
            return Ok(Some(self.bytes.drain(..whole).collect()));
        }
        if self.bytes.len() > LONGEST {
            return Err(Broken::Endless);
        }
        self.looked = self.bytes.len().saturating_sub(end.len() - 1);
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The body that is read of an answer, and what it says when it is wrong.
    fn read(answer: &str) -> Result<String, Broken> {
        let mut reader = Reader::default();
        reader.take_in(answer.as_bytes());
        reader.end();
        let head = reader.head()?.expect("a head, or what is wrong");
        let mut framing = head.framing("GET")?;
        let mut body = Vec::new();
        loop {
            let piece = reader.body(&mut framing)?;
            let piece = piece.expect("a piece, or what is wrong");
            body.extend(piece.data());
            if piece.is_last {
                return Ok(String::from_utf8(body).expect("text"));
            }
        }
    }

    #[test]
    fn a_body_ends_where_its_head_says() {
        let ok = |rest: &str| read(&format!("HTTP/1.1 200 OK\r\n{rest}"));
        assert_eq!(ok("Content-Length: 3\r\n\r\nabcd"), Ok("abc".into()));
        assert_eq!(ok("\r\nabcd"), Ok("abcd".into()));
        let chunks = "transfer-encoding: Chunked\r\n\r\n3;a=b\r\nabc\r\nA\r\n0123456789\r\n0\r\na: b\r\n\r\nmore";
        assert_eq!(ok(chunks), Ok("abc0123456789".into()));
    }

    #[test]
    fn what_is_wrong_is_said() {
        let broken = |answer: &str| read(answer).expect_err("it is broken");
        assert_eq!(broken(""), Broken::Nothing);
        assert_eq!(broken("HTTP/1.1 200 OK\n\n"), Broken::CutInHead);
        assert_eq!(broken("tea\r\n\r\n"), Broken::StatusLine("tea".into()));
        let rest = |rest: &str| broken(&format!("HTTP/1.1 200 OK\r\n{rest}"));
        assert_eq!(rest("tea\r\n\r\n"), Broken::Header("tea".into()));
        assert_eq!(
            rest("Content-Length: x\r\n\r\n"),
            Broken::Length("x".into())
        );
        let (announced, came) = (3, 2);
        let short = Broken::Short { announced, came };
        assert_eq!(rest("Content-Length: 3\r\n\r\nab"), short);
        let chunks = |body: &str| rest(&format!("Transfer-Encoding: chunked\r\n\r\n{body}"));
        assert_eq!(chunks("3\r\nab"), Broken::CutInChunks);
        assert_eq!(chunks("3\r\nabc\r\n"), Broken::CutInChunks);
        assert_eq!(chunks("3\r\nabcd\r\n0\r\n\r\n"), Broken::ChunkEnd);
        assert_eq!(chunks("x\r\n"), Broken::ChunkSize("x".into()));
        assert_eq!(rest(&"a".repeat(LONGEST)), Broken::Endless);
    }
}
