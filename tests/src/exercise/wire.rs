//! A connection to a student's server: what is sent, what comes, and what it means if it is wrong.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::client::Client;
use super::failure::{Failure, shortened};
use super::request::Request;
use super::server::Server;
use super::{Draw, PATIENCE, Verdict};
use crate::show;

/// The longest answer that is read.
const LIMIT: usize = 1024 * 1024;
/// The longest head, and the longest line within a body's framing.
const HEAD_LIMIT: usize = 64 * 1024;

/// A connection that keeps all it has sent and received.
#[derive(Debug)]
pub struct Wire {
    stream: TcpStream,
    pub(super) server: Arc<Server>,
    client: Client,
    asked: String,
    methods: Vec<String>,
    received: Vec<u8>,
    closed: bool,
    reset: bool,
}

/// An answer as it came.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The headers in their order, names as they were written.
    pub headers: Vec<(String, String)>,
    /// The body, without its framing.
    pub body: Vec<u8>,
    asked: String,
    head: String,
    /// The body and whatever came behind it.
    came: Vec<u8>,
}

/// What says where a body ends.
#[derive(Debug)]
pub(super) enum Framing {
    Length(usize),
    Chunks,
    UntilClose,
}

/// Why no answer could be read.
pub(super) enum Trouble {
    Slow,
    Endless,
    Closed,
    Broken(String),
}

impl Wire {
    pub(super) fn open(server: &Arc<Server>, client: Draw) -> Result<Wire, Failure> {
        let stream = TcpStream::connect_timeout(&server.address(), PATIENCE).map_err(|error| {
            server.blame().unwrap_or_else(|| {
                let line = "The server takes no connection at the port that it has named.";
                Failure::new(error.to_string(), "a connection", line)
            })
        })?;
        // Small writes go out at once.
        let _ = stream.set_nodelay(true);
        let _ = stream.set_write_timeout(Some(PATIENCE));
        Ok(Wire {
            stream,
            server: Arc::clone(server),
            client: Client::drawn(client, server.address().port()),
            asked: String::new(),
            methods: Vec::new(),
            received: Vec::new(),
            closed: false,
            reset: false,
        })
    }

    /// Sends a request, whole. A server that has stopped reading may have answered already, so
    /// trouble shows when the answer is read.
    pub fn send(&mut self, request: &Request) {
        self.send_all(std::slice::from_ref(request));
    }

    /// Sends several requests in one piece, as a client does that does not wait for the answers.
    pub fn send_all(&mut self, requests: &[Request]) {
        let mut bytes = Vec::new();
        for request in requests {
            let of_this = request.sent_by(&self.client);
            self.methods.push(request.method().to_string());
            if !self.asked.is_empty() {
                self.asked = format!("{}\n\n", self.asked.trim_end());
            }
            self.asked += &show::text(&of_this);
            bytes.extend(of_this);
        }
        let _ = self.stream.write_all(&bytes);
    }

    /// Says that no more will come: the client shuts its sending side, and still reads.
    pub fn finish(&mut self) {
        let _ = self.stream.shutdown(Shutdown::Write);
    }

    /// Waits until the server asks for the body, as `Expect: 100-continue` lets it: then it has
    /// begun to work on the request.
    ///
    /// # Errors
    /// With `line` when something else comes.
    pub fn must_continue(&mut self, line: &str) -> Verdict {
        let head = self.head(Instant::now() + PATIENCE);
        let head = head.map_err(|trouble| self.failure(trouble, &[]).because(line))?;
        match head.starts_with(b"HTTP/1.1 100 ") {
            true => Ok(()),
            false => Err(Failure {
                asked: shortened(&self.asked),
                came: shortened(&show::head(&head)),
                expected: "HTTP/1.1 100 Continue".into(),
                line: line.into(),
            }),
        }
    }

    /// Sends more bytes of the request that was sent last.
    pub fn send_more(&mut self, bytes: &[u8]) {
        self.asked += &show::text(bytes);
        let _ = self.stream.write_all(bytes);
    }

    /// Holds when the connection was not reset. A reset says that the server has closed it over
    /// bytes that it has not read, and it can destroy an answer on its way.
    ///
    /// # Errors
    /// With `line` when it was.
    pub fn must_not_be_reset(&self, line: &str) -> Verdict {
        let reset = self.reset || matches!(self.stream.take_error(), Ok(Some(_)));
        match reset {
            false => Ok(()),
            true => Err(Failure {
                asked: shortened(&self.asked),
                came: "The connection was reset.".into(),
                expected: "an answer, and then the end of the connection".into(),
                line: line.into(),
            }),
        }
    }

    /// Sends a request and reads its answer.
    ///
    /// # Errors
    /// When no answer comes.
    pub fn ask(&mut self, request: &Request) -> Result<Answer, Failure> {
        self.send(request);
        self.answer()
    }

    /// Reads the answer to the oldest request that has none yet.
    ///
    /// # Errors
    /// When no whole answer comes in time.
    pub fn answer(&mut self) -> Result<Answer, Failure> {
        let method = match self.methods.is_empty() {
            true => String::new(),
            false => self.methods.remove(0),
        };
        let deadline = Instant::now() + PATIENCE;
        let before = self.received.clone();
        self.read_answer(&method, deadline)
            .map_err(|trouble| self.failure(trouble, &before))
    }

    /// Reads an answer that must be the last: the server closes behind it, and nothing follows.
    ///
    /// # Errors
    /// When no whole answer comes, when more comes, or when the connection stays open.
    pub fn only_answer(&mut self) -> Result<Answer, Failure> {
        let is_head = self.methods.first().is_some_and(|method| method == "HEAD");
        let answer = self.answer()?;
        let extra = self.rest().map_err(|trouble| match trouble {
            Trouble::Endless => answer.fail("the end", "The answer does not end."),
            _ => {
                let line = "The request said `Connection: close`. After the answer, the server must close.";
                answer.fail("the answer, and then the end of the connection", line)
            }
        })?;
        if extra.is_empty() {
            return Ok(answer);
        }
        let mut longer = answer.clone();
        longer.came.extend(&extra);
        let (body, more) = (answer.body.len(), extra.len());
        Err(match answer.header("content-length") {
            _ if is_head => longer.fail(
                "a head and nothing behind it",
                "The answer to HEAD has no body.",
            ),
            Some(_) => longer.fail(
                format!("Content-Length: {}", body + more),
                format!(
                    "Content-Length counts bytes: it announces {body}, and {} came.",
                    body + more
                ),
            ),
            None => longer.fail("one answer", "More came than one answer."),
        })
    }

    /// Holds when the server closes the connection and sends nothing more.
    ///
    /// # Errors
    /// With `line` when it does not.
    pub fn must_close(&mut self, line: &str) -> Verdict {
        let expected = "the end of the connection";
        let failure = |came: String| Failure {
            asked: shortened(&self.asked),
            came,
            expected: expected.into(),
            line: line.into(),
        };
        let open = failure("The connection stays open.".into());
        let more = |bytes: &[u8]| failure(shortened(&show::text(bytes)));
        let more_came = more(&self.received);
        match self.rest() {
            Ok(extra) if extra.is_empty() => Ok(()),
            Ok(extra) => Err(Failure {
                came: shortened(&show::text(&extra)),
                ..more_came
            }),
            Err(_) => Err(open),
        }
    }

    /// Everything up to the end of the connection.
    fn rest(&mut self) -> Result<Vec<u8>, Trouble> {
        let deadline = Instant::now() + PATIENCE;
        while self.more(deadline)? {}
        Ok(std::mem::take(&mut self.received))
    }

    fn read_answer(&mut self, method: &str, deadline: Instant) -> Result<Answer, Trouble> {
        let (answer, framing) = self.begin(method, deadline)?;
        let body = match framing {
            Framing::Length(length) => self.body(length, deadline)?,
            Framing::Chunks => self.chunks(deadline)?,
            Framing::UntilClose => {
                while self.more(deadline)? {}
                std::mem::take(&mut self.received)
            }
        };
        Ok(answer.with_body(body))
    }

    /// Reads a head: an answer whose body is still to come, and what says how long that is.
    pub(super) fn begin(
        &mut self,
        method: &str,
        deadline: Instant,
    ) -> Result<(Answer, Framing), Trouble> {
        let (head, status, headers) = loop {
            let head = self.head(deadline)?;
            let (status, headers) = parsed(&head).map_err(Trouble::Broken)?;
            // 100 Continue and its like come before the answer.
            if status >= 200 {
                break (head, status, headers);
            }
        };
        let answer = Answer {
            status,
            headers,
            body: Vec::new(),
            came: Vec::new(),
            asked: shortened(&self.asked),
            head: show::head(&head),
        };
        let framing = answer.framing(method).map_err(Trouble::Broken)?;
        Ok((answer, framing))
    }

    fn head(&mut self, deadline: Instant) -> Result<Vec<u8>, Trouble> {
        self.until(b"\r\n\r\n", deadline)?
            .ok_or_else(|| match self.received.is_empty() {
                true => Trouble::Closed,
                false if contains(&self.received, b"\n\n") => {
                    Trouble::Broken("Each line of a head ends in CR LF, in Rust `\\r\\n`.".into())
                }
                false => Trouble::Broken(
                    "The answer ends before its head does: the blank line is missing.".into(),
                ),
            })
    }

    fn body(&mut self, length: usize, deadline: Instant) -> Result<Vec<u8>, Trouble> {
        while self.received.len() < length {
            if !self.more(deadline)? {
                let came = self.received.len();
                return Err(Trouble::Broken(format!(
                    "Content-Length counts bytes: it announces {length}, and {came} came."
                )));
            }
        }
        Ok(self.received.drain(..length).collect())
    }

    fn chunks(&mut self, deadline: Instant) -> Result<Vec<u8>, Trouble> {
        let mut body = Vec::new();
        while let Some(chunk) = self.chunk(deadline)? {
            body.extend(chunk);
            if body.len() > LIMIT {
                return Err(Trouble::Endless);
            }
        }
        Ok(body)
    }

    /// The next chunk, without its framing. None is the end of the body.
    pub(super) fn chunk(&mut self, deadline: Instant) -> Result<Option<Vec<u8>>, Trouble> {
        let line = self.line(deadline)?;
        let size = line.split(';').next().unwrap_or_default();
        let size = usize::from_str_radix(size.trim(), 16)
            .map_err(|_| Trouble::Broken(format!("The size of a chunk is {size:?}.")))?;
        if size == 0 {
            while !self.line(deadline)?.is_empty() {}
            return Ok(None);
        }
        let chunk = self.body(size, deadline)?;
        match self.line(deadline)?.is_empty() {
            true => Ok(Some(chunk)),
            false => Err(Trouble::Broken(
                "A chunk does not end where its size says.".into(),
            )),
        }
    }

    /// Whatever has come, once something has; `most` bytes of it. None is the end of the connection.
    pub(super) fn piece(
        &mut self,
        most: usize,
        deadline: Instant,
    ) -> Result<Option<Vec<u8>>, Trouble> {
        while self.received.is_empty() {
            if !self.more(deadline)? {
                return Ok(None);
            }
        }
        let most = most.min(self.received.len());
        Ok(Some(self.received.drain(..most).collect()))
    }

    fn line(&mut self, deadline: Instant) -> Result<String, Trouble> {
        let line = self.until(b"\r\n", deadline)?;
        let line = line
            .ok_or_else(|| Trouble::Broken("The connection ended before the last chunk.".into()))?;
        Ok(String::from_utf8_lossy(&line).trim_end().to_string())
    }

    /// Up to and with `end`; it belongs to a head, which has its limit.
    fn until(&mut self, end: &[u8], deadline: Instant) -> Result<Option<Vec<u8>>, Trouble> {
        let mut looked = 0;
        loop {
            let unseen = &self.received[looked..];
            let found = unseen.windows(end.len()).position(|bytes| bytes == end);
            if let Some(at) = found {
                let whole = looked + at + end.len();
                return Ok(Some(self.received.drain(..whole).collect()));
            }
            if self.received.len() > HEAD_LIMIT {
                return Err(Trouble::Endless);
            }
            looked = self.received.len().saturating_sub(end.len() - 1);
            if !self.more(deadline)? {
                return Ok(None);
            }
        }
    }

    /// Reads once; whether the connection is still open.
    fn more(&mut self, deadline: Instant) -> Result<bool, Trouble> {
        let left = deadline.saturating_duration_since(Instant::now());
        if self.closed {
            return Ok(false);
        }
        if left.is_zero() {
            return Err(Trouble::Slow);
        }
        let _ = self
            .stream
            .set_read_timeout(Some(left.max(Duration::from_millis(1))));
        let mut piece = [0; 16 * 1024];
        match self.stream.read(&mut piece) {
            Ok(0) => self.closed = true,
            Ok(count) => self.received.extend_from_slice(&piece[..count]),
            Err(error) => match error.kind() {
                ErrorKind::WouldBlock | ErrorKind::TimedOut => return Err(Trouble::Slow),
                ErrorKind::Interrupted => {}
                _ => (self.closed, self.reset) = (true, true),
            },
        }
        match self.received.len() > LIMIT {
            true => Err(Trouble::Endless),
            false => Ok(!self.closed),
        }
    }

    /// What is said when no answer could be read.
    pub(super) fn failure(&self, trouble: Trouble, before: &[u8]) -> Failure {
        let blamed = matches!(
            trouble,
            Trouble::Closed | Trouble::Slow | Trouble::Broken(_)
        )
        .then(|| self.server.blame())
        .flatten();
        let asked = shortened(&self.asked);
        if let Some(blamed) = blamed {
            return Failure { asked, ..blamed };
        }
        let received = match self.received.is_empty() {
            true => before,
            false => &self.received,
        };
        let so_far = match shortened(&show::text(received)) {
            text if text.is_empty() => "nothing".to_string(),
            text => text,
        };
        let seconds = PATIENCE.as_secs();
        let (came, line) = match trouble {
            Trouble::Closed => (
                "The server closed the connection without an answer.".into(),
                "Each request gets an answer, even one that is refused.".into(),
            ),
            Trouble::Slow => (
                format!("{so_far}\n(so far, after {seconds} seconds)"),
                format!("No whole answer came in {seconds} seconds."),
            ),
            Trouble::Endless => (so_far, "The answer does not end.".into()),
            Trouble::Broken(why) => (so_far, why),
        };
        Failure {
            asked,
            came: format!("{came}{}", self.server.last_words()),
            expected: "an answer".into(),
            line,
        }
    }
}

type Head = (u16, Vec<(String, String)>);

fn parsed(head: &[u8]) -> Result<Head, String> {
    let text = String::from_utf8_lossy(head);
    let mut lines = text.split("\r\n");
    let status_line = lines.next().unwrap_or_default();
    let status = status_line
        .strip_prefix("HTTP/1.")
        .and_then(|rest| rest.get(2..5))
        .and_then(|status| status.parse().ok())
        .ok_or_else(|| {
            let line = shortened(status_line);
            format!("An answer begins with a status line, `HTTP/1.1 200 OK`. This one begins with {line:?}.")
        })?;
    let mut headers = Vec::new();
    for line in lines.filter(|line| !line.is_empty()) {
        match line.split_once(':') {
            Some((name, value)) if !name.contains(' ') && !value.contains('\n') => {
                headers.push((name.to_string(), value.trim().to_string()));
            }
            _ => {
                return Err(format!(
                    "A header is a name, a colon and a value in one line, not {line:?}."
                ));
            }
        }
    }
    Ok((status, headers))
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

impl Answer {
    fn framing(&self, method: &str) -> Result<Framing, String> {
        if method == "HEAD" || matches!(self.status, 204 | 304) {
            return Ok(Framing::Length(0));
        }
        let is_chunked = |coding: &str| coding.eq_ignore_ascii_case("chunked");
        if self.header("transfer-encoding").is_some_and(is_chunked) {
            return Ok(Framing::Chunks);
        }
        match self.header("content-length") {
            None => Ok(Framing::UntilClose),
            Some(length) => length
                .parse()
                .map(Framing::Length)
                .map_err(|_| format!("Content-Length is {length:?}, which is no number.")),
        }
    }

    /// The same answer with this body.
    pub(super) fn with_body(mut self, body: Vec<u8>) -> Answer {
        self.came = body.clone();
        self.body = body;
        self
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    ///
    /// # Errors
    /// When it is not said to be JSON, or is none.
    pub fn json(&self) -> Result<serde_json::Value, Failure> {
        let kind = self.header("content-type").unwrap_or_default();
        let line = "The answer must be JSON, and its Content-Type must say so.";
        let expected = "Content-Type: application/json, and JSON in the body";
        self.must(kind.starts_with("application/json"), expected, line)?;
        serde_json::from_slice(&self.body).map_err(|_| self.fail(expected, line))
    }

    /// The first header of that name, in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// All values of that header, in their order.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        let named = move |(found, _): &&(String, String)| found.eq_ignore_ascii_case(name);
        self.headers
            .iter()
            .filter(named)
            .map(|(_, value)| value.as_str())
    }

    /// A failure that shows this answer.
    pub fn fail(&self, expected: impl Into<String>, line: impl Into<String>) -> Failure {
        Failure {
            asked: self.asked.clone(),
            came: shortened(&format!("{}{}", self.head, show::text(&self.came))),
            expected: expected.into(),
            line: line.into(),
        }
    }

    /// Holds when `holds` does.
    ///
    /// # Errors
    /// With what was expected, and the line that matters.
    pub fn must(
        &self,
        holds: bool,
        expected: impl Into<String>,
        line: impl Into<String>,
    ) -> Verdict {
        match holds {
            true => Ok(()),
            false => Err(self.fail(expected, line)),
        }
    }

    /// Holds when the status is this.
    ///
    /// # Errors
    /// With the line that matters.
    pub fn must_be(&self, status: u16, line: &str) -> Verdict {
        self.must(self.status == status, format!("status {status}"), line)
    }

    /// Holds when there is this header with this value, and only once.
    ///
    /// # Errors
    /// With the line that matters.
    pub fn must_have(&self, name: &str, value: &str, line: &str) -> Verdict {
        self.must(self.all(name).eq([value]), format!("{name}: {value}"), line)
    }

    /// Holds when the body is this text; white space around it does not count.
    ///
    /// # Errors
    /// With the line that matters.
    pub fn must_say(&self, text: &str, line: &str) -> Verdict {
        self.must(self.text().trim() == text.trim(), text, line)
    }
}
