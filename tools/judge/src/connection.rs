//! A connection to a student's server: what is sent, what comes, and what it means if it is wrong.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

use wire::answer::{Broken, Framing, Head, Piece, Reader};
use wire::show;

use crate::client::Client;
use crate::failure::{Failure, shortened};
use crate::request::Request;
use crate::server::Server;
use crate::{Draw, PATIENCE, Verdict};

/// The longest answer that is read.
const LIMIT: usize = 1024 * 1024;

/// A connection that keeps all it has sent and received.
#[derive(Debug)]
pub struct Wire {
    stream: TcpStream,
    pub(crate) server: Arc<Server>,
    client: Client,
    asked: String,
    methods: Vec<String>,
    reader: Reader,
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

/// Why no answer could be read.
pub(crate) enum Trouble {
    Slow,
    Endless,
    Broken(Broken),
}

impl Wire {
    pub(crate) fn open(server: &Arc<Server>, client: Draw) -> Result<Wire, Failure> {
        let stream = TcpStream::connect_timeout(&server.address(), PATIENCE).map_err(|error| {
            server.blame().unwrap_or_else(|| {
                let line = "The server takes no connection on the port that it named.";
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
            reader: Reader::default(),
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
        match head.bytes.starts_with(b"HTTP/1.1 100 ") {
            true => Ok(()),
            false => Err(Failure {
                asked: shortened(&self.asked),
                came: shortened(&show::head(&head.bytes)),
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
        let mut body = Vec::new();
        let answer = self.read_answer(&method, &mut body, deadline);
        let answer = answer.map_err(|trouble| self.failure(trouble, &body))?;
        Ok(answer.with_body(body))
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
                "a head and nothing after it",
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
        let more_came = more(self.reader.unread());
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
        while !self.reader.has_ended() {
            self.more(deadline)?;
        }
        Ok(self.reader.rest())
    }

    /// Reads a head, and behind it a body as far as it comes.
    fn read_answer(
        &mut self,
        method: &str,
        body: &mut Vec<u8>,
        deadline: Instant,
    ) -> Result<Answer, Trouble> {
        let (answer, mut framing) = self.begin(method, deadline)?;
        loop {
            let piece = self.piece(&mut framing, deadline)?;
            body.extend_from_slice(piece.data());
            if piece.is_last {
                return Ok(answer);
            }
            if body.len() > LIMIT {
                return Err(Trouble::Endless);
            }
        }
    }

    /// Reads a head: an answer whose body is still to come, and what says how long that is.
    pub(crate) fn begin(
        &mut self,
        method: &str,
        deadline: Instant,
    ) -> Result<(Answer, Framing), Trouble> {
        loop {
            let head = self.head(deadline)?;
            // 100 Continue and its like come before the answer.
            if head.is_interim() {
                continue;
            }
            let framing = head.framing(method).map_err(Trouble::Broken)?;
            let answer = Answer {
                status: head.status,
                headers: head.headers,
                body: Vec::new(),
                came: Vec::new(),
                asked: shortened(&self.asked),
                head: show::head(&head.bytes),
            };
            return Ok((answer, framing));
        }
    }

    fn head(&mut self, deadline: Instant) -> Result<Head, Trouble> {
        self.need(deadline, Reader::head)
    }

    /// What comes next of a body.
    pub(crate) fn piece(
        &mut self,
        framing: &mut Framing,
        deadline: Instant,
    ) -> Result<Piece, Trouble> {
        self.need(deadline, |reader| reader.body(framing))
    }

    /// Reads until there is what is wanted, or something is wrong with it.
    fn need<T>(
        &mut self,
        deadline: Instant,
        mut wanted: impl FnMut(&mut Reader) -> Result<Option<T>, Broken>,
    ) -> Result<T, Trouble> {
        loop {
            match wanted(&mut self.reader) {
                Ok(Some(found)) => return Ok(found),
                Ok(None) => self.more(deadline)?,
                Err(Broken::Endless) => return Err(Trouble::Endless),
                Err(broken) => return Err(Trouble::Broken(broken)),
            }
        }
    }

    /// Reads once.
    fn more(&mut self, deadline: Instant) -> Result<(), Trouble> {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(Trouble::Slow);
        }
        let _ = self
            .stream
            .set_read_timeout(Some(left.max(Duration::from_millis(1))));
        let mut piece = [0; 16 * 1024];
        match self.stream.read(&mut piece) {
            Ok(0) => self.reader.end(),
            Ok(count) => self.reader.take_in(&piece[..count]),
            Err(error) => match error.kind() {
                ErrorKind::WouldBlock | ErrorKind::TimedOut => return Err(Trouble::Slow),
                ErrorKind::Interrupted => {}
                _ => {
                    self.reader.end();
                    self.reset = true;
                }
            },
        }
        match self.reader.unread().len() > LIMIT {
            true => Err(Trouble::Endless),
            false => Ok(()),
        }
    }

    /// What is said when no answer could be read.
    pub(crate) fn failure(&self, trouble: Trouble, before: &[u8]) -> Failure {
        let blamed = matches!(trouble, Trouble::Slow | Trouble::Broken(_))
            .then(|| self.server.blame())
            .flatten();
        let asked = shortened(&self.asked);
        if let Some(blamed) = blamed {
            return Failure { asked, ..blamed };
        }
        let received = match self.reader.unread() {
            [] => before,
            unread => unread,
        };
        let so_far = match shortened(&show::text(received)) {
            text if text.is_empty() => "nothing".to_string(),
            text => text,
        };
        let seconds = PATIENCE.as_secs();
        let (came, line) = match trouble {
            Trouble::Broken(Broken::Nothing) => (
                "The server closed the connection without an answer.".into(),
                "Each request gets an answer, even one that is refused.".into(),
            ),
            Trouble::Slow => (
                format!("{so_far}\n(so far, after {seconds} seconds)"),
                format!("No whole answer came in {seconds} seconds."),
            ),
            Trouble::Endless => (so_far, "The answer does not end.".into()),
            Trouble::Broken(broken) => (so_far, why(&broken, received)),
        };
        Failure {
            asked,
            came: format!("{came}{}", self.server.last_words()),
            expected: "an answer".into(),
            line,
        }
    }
}

/// What it means that an answer is broken.
fn why(broken: &Broken, received: &[u8]) -> String {
    match broken {
        Broken::Nothing => "Each request gets an answer, even one that is refused.".into(),
        Broken::CutInHead if contains(received, b"\n\n") => {
            "Each line of a head ends in CR LF, in Rust `\\r\\n`.".into()
        }
        Broken::CutInHead => {
            "The answer ends before its head does: the blank line is missing.".into()
        }
        Broken::StatusLine(line) => {
            let line = shortened(line);
            format!(
                "An answer begins with a status line, `HTTP/1.1 200 OK`. This one begins with {line:?}."
            )
        }
        Broken::Header(line) => {
            format!("A header is a name, a colon and a value in one line, not {line:?}.")
        }
        Broken::Length(length) => format!("Content-Length is {length:?}, which is not a number."),
        Broken::Short { announced, came } => {
            format!("Content-Length counts bytes: it announces {announced}, and {came} came.")
        }
        Broken::CutInChunks => "The connection ended before the last chunk.".into(),
        Broken::ChunkSize(size) => format!("The size of a chunk is {size:?}."),
        Broken::ChunkEnd => "A chunk does not end where its size says.".into(),
        Broken::Endless => "The answer does not end.".into(),
    }
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

impl Answer {
    /// The same answer with this body.
    pub(crate) fn with_body(mut self, body: Vec<u8>) -> Answer {
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
        let verdict = holds.then_some(());
        verdict.ok_or_else(|| self.fail(expected, line))
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
