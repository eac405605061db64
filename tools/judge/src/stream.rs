//! An answer that need not end: it is read as it comes, event by event.
//!
//! The events are server-sent events, taken apart as a browser does it (HTML, "Interpreting an
//! event stream"). What waits here waits for an event that must come; that none comes can be
//! shown only by the next one, which a test makes itself.

use std::collections::VecDeque;
use std::time::Instant;

use wire::answer::Framing;
use wire::show;

use crate::connection::{Answer, Trouble, Wire};
use crate::failure::{Failure, shortened};
use crate::request::Request;
use crate::{PATIENCE, Verdict};

/// So much may come without an event in it. In pieces of a few bytes, as a student may send them, more
/// would not come within our patience on a busy machine.
const LIMIT: usize = 64 * 1024;
/// So many lines of what has come are shown: the last ones, for there it goes wrong.
const SHOWN: usize = 16;

/// An answer that is being read. When it is dropped, the client has left.
#[derive(Debug)]
pub struct Stream {
    wire: Wire,
    head: Answer,
    framing: Framing,
    events: Events,
    came: Vec<u8>,
}

/// An event, as the page of a browser gets it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Event {
    /// What the browser would say in `Last-Event-ID` after this event; empty when no id has come.
    pub id: String,
    /// What `event:` said, or `message`.
    pub kind: String,
    /// The lines of `data:`, with a line feed between them.
    pub data: String,
}

impl Stream {
    pub(crate) fn open(mut wire: Wire, request: &Request) -> Result<Stream, Failure> {
        wire.send(request);
        let begun = wire.begin(request.method(), Instant::now() + PATIENCE);
        let (head, framing) = begun.map_err(|trouble| wire.failure(trouble, &[]))?;
        Ok(Stream {
            wire,
            head,
            framing,
            events: Events::default(),
            came: Vec::new(),
        })
    }

    /// The head: status and headers, and a body that is empty as yet.
    pub fn head(&self) -> &Answer {
        &self.head
    }

    /// Reads an answer that does end, such as a refusal.
    ///
    /// # Errors
    /// When it does not.
    pub fn whole(mut self) -> Result<Answer, Failure> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self.more(deadline) {
                Ok(true) => {}
                Ok(false) => break,
                Err(trouble) => return Err(self.wire.failure(trouble, &self.came)),
            }
        }
        Ok(self.head.with_body(self.came))
    }

    /// Waits for the next event.
    ///
    /// # Errors
    /// With `line`, what it means that this event does not come; or with another one, when the
    /// answer has ended or holds something else than events.
    pub fn event(&mut self, line: &str) -> Result<Event, Failure> {
        let kind = self.head.header("content-type").unwrap_or_default();
        let is_stream = kind.split(';').next() == Some("text/event-stream");
        let expected = "Content-Type: text/event-stream";
        let no_stream = "A browser takes an answer for events by its Content-Type.";
        self.must(is_stream, expected, no_stream)?;
        let deadline = Instant::now() + PATIENCE;
        let before = self.came.len();
        loop {
            if let Some(event) = self.events.whole.pop_front() {
                return Ok(event);
            }
            match self.more(deadline) {
                Ok(true) if self.came.len() - before > LIMIT => {
                    let line = "Much has come, but no event in it.";
                    return Err(self.fail("an event", line));
                }
                Ok(true) => {}
                Ok(false) => {
                    let line =
                        "The answer has ended. It should go on for as long as somebody listens.";
                    return Err(self.blamed().unwrap_or_else(|| self.fail("an event", line)));
                }
                Err(trouble) => return Err(self.no_event(trouble, line)),
            }
        }
    }

    /// Waits for the next event, which must say this.
    ///
    /// # Errors
    /// With `line` when none comes, or another one.
    pub fn must_tell(&mut self, data: &str, line: &str) -> Result<Event, Failure> {
        let event = self.event(line)?;
        let expected = || format!("an event with this data:\n{data}");
        self.must(event.data == data, expected(), line)?;
        Ok(event)
    }

    /// A failure that shows this answer, as far as it has come.
    pub fn fail(&self, expected: impl Into<String>, line: impl Into<String>) -> Failure {
        let shown = show::text(&self.came);
        let lines: Vec<&str> = shown.lines().collect();
        let earlier = lines.len().saturating_sub(SHOWN);
        let mut last = lines[earlier..].join("\n");
        if earlier > 0 {
            last = format!("… ({earlier} lines before these)\n{last}");
        }
        let mut failure = self.head.fail(expected, line);
        failure.came = format!("{}\n\n{}", failure.came.trim_end(), shortened(&last));
        failure
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

    /// Why the event did not come.
    fn no_event(&self, trouble: Trouble, line: &str) -> Failure {
        let line = match trouble {
            Trouble::Slow if self.events.is_in_one() => {
                "An event ends with an empty line. After the last lines, none has come."
            }
            Trouble::Slow => line,
            other => return self.wire.failure(other, &self.came),
        };
        self.blamed().unwrap_or_else(|| {
            let mut failure = self.fail("an event", line);
            let seconds = PATIENCE.as_secs();
            failure.came += &format!("\n(so far, and nothing more within {seconds} seconds)");
            failure.came += &self.wire.server.last_words();
            failure
        })
    }

    /// What the server itself is to blame for: it has ended, or floods its output.
    fn blamed(&self) -> Option<Failure> {
        let blamed = self.wire.server.blame()?;
        let asked = self.head.fail("", "").asked;
        Some(Failure { asked, ..blamed })
    }

    /// Reads what comes next of the body; whether it goes on.
    fn more(&mut self, deadline: Instant) -> Result<bool, Trouble> {
        let piece = self.wire.piece(&mut self.framing, deadline)?;
        if piece.is_last {
            return Ok(false);
        }
        let piece = piece.data();
        self.events.take(piece);
        self.came.extend(piece);
        Ok(true)
    }
}

/// Takes the text of events apart.
#[derive(Debug, Default)]
struct Events {
    whole: VecDeque<Event>,
    line: Vec<u8>,
    after_cr: bool,
    id: String,
    kind: String,
    data: String,
}

impl Events {
    fn take(&mut self, piece: &[u8]) {
        for &byte in piece {
            // CR LF is one line end; so is a CR or an LF alone.
            let is_second_half = self.after_cr && byte == b'\n';
            self.after_cr = byte == b'\r';
            match byte {
                b'\n' if is_second_half => {}
                b'\r' | b'\n' => {
                    let line = std::mem::take(&mut self.line);
                    self.end_of_line(&String::from_utf8_lossy(&line));
                }
                other => self.line.push(other),
            }
        }
    }

    fn end_of_line(&mut self, line: &str) {
        if line.is_empty() {
            return self.end_of_event();
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "data" => self.data += &format!("{value}\n"),
            "id" if !value.contains('\0') => self.id = value.into(),
            "event" => self.kind = value.into(),
            // Before the colon stands nothing: a comment. Everything else is not known.
            _ => {}
        }
    }

    fn end_of_event(&mut self) {
        let kind = match std::mem::take(&mut self.kind) {
            none if none.is_empty() => "message".into(),
            kind => kind,
        };
        let data = std::mem::take(&mut self.data);
        // Without data there is no event.
        if let Some(data) = data.strip_suffix('\n') {
            self.whole.push_back(Event {
                id: self.id.clone(),
                kind,
                data: data.into(),
            });
        }
    }

    /// Whether an event has begun that has no end yet.
    fn is_in_one(&self) -> bool {
        !self.line.is_empty() || !self.data.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn events(pieces: &[&str]) -> Vec<Event> {
        let mut events = Events::default();
        pieces
            .iter()
            .for_each(|piece| events.take(piece.as_bytes()));
        events.whole.into()
    }

    fn event(id: &str, kind: &str, data: &str) -> Event {
        Event {
            id: id.into(),
            kind: kind.into(),
            data: data.into(),
        }
    }

    #[test]
    fn an_event_has_its_lines_its_kind_and_its_id() {
        let text = ": a comment\nid: 7\nevent: tea\ndata: one\ndata:  two\ndata\n\n";
        assert_eq!(events(&[text]), [event("7", "tea", "one\n two\n")]);
    }

    #[test]
    fn all_three_line_ends_are_one_wherever_the_pieces_break() {
        let text = "data: a\r\ndata: b\rdata: c\n\r\n";
        let bytes: Vec<String> = text.chars().map(String::from).collect();
        let bytes: Vec<&str> = bytes.iter().map(String::as_str).collect();
        for pieces in [&[text][..], &bytes] {
            assert_eq!(events(pieces), [event("", "message", "a\nb\nc")]);
        }
    }

    #[test]
    fn an_id_stays_and_a_kind_does_not() {
        let text = "id: 1\nevent: tea\ndata: a\n\ndata: b\n\nid\ndata: c\n\n";
        let wanted = [
            event("1", "tea", "a"),
            event("1", "message", "b"),
            event("", "message", "c"),
        ];
        assert_eq!(events(&[text]), wanted);
    }

    #[test]
    fn without_data_or_an_empty_line_there_is_no_event() {
        assert_eq!(events(&["event: tea\n\nid: 3\n\n"]), []);
        let mut open = Events::default();
        open.take(b"data: a\n");
        assert!(open.whole.is_empty() && open.is_in_one());
    }
}
