//! One request on a connection of its own, and what comes back.

use std::{borrow::Cow, io, net::Ipv4Addr, time::Duration};

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde::Serialize;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::mpsc::Sender,
    time::{Instant, timeout},
};
use wire::along::Along;

use super::{Lessons, lessons::Place};

/// The most that is shown of an answer, in bytes.
const MOST: usize = 1024 * 1024;
/// How long the server may be silent. An answer that goes on is shown until Stop is pressed.
const SILENCE: Duration = Duration::from_secs(60);
/// Behind a whole answer another may come: the request may hold two.
const ANOTHER: Duration = Duration::from_millis(300);

/// What happens, in the order in which it does.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case", tag = "event")]
pub(super) enum Event {
    /// The lesson's server is being built.
    Building,
    /// The request is on its way.
    Sent {
        /// How many bytes it has.
        bytes: usize,
        /// Its target, when it went out encoded.
        #[serde(skip_serializing_if = "Option::is_none")]
        target: Option<String>,
    },
    /// Bytes came.
    Bytes {
        /// Seconds since the request was sent.
        at: f64,
        /// The bytes as text; what is not text is `\xNN`.
        text: String,
    },
    /// Nothing more comes.
    End {
        /// Seconds since the request was sent.
        at: f64,
        /// Why.
        why: &'static str,
    },
    /// The answer was not whole, and the server has something to say of that.
    Said {
        /// Whether it has ended.
        ended: bool,
        /// The last lines that it has written since the request was sent.
        text: String,
    },
    /// It did not come to an exchange.
    Problem {
        /// What the compiler or the server said.
        text: String,
    },
}

/// What no target may hold as it is (RFC 3986), and what is beyond ASCII.
const NOT_IN_A_TARGET: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// The request with a target that can be sent, and that target, if it is another than the one that was written:
/// a pasted one may hold a space or a `<`.
pub(super) fn encoded(text: &str) -> (Cow<'_, str>, Option<String>) {
    let text = text.trim_start_matches(['\r', '\n']);
    let line = text.lines().next().unwrap_or_default();
    let parts = line.split_once(' ').and_then(|(method, rest)| {
        let (target, version) = rest.rsplit_once(' ')?;
        let is_whole = target.starts_with('/') && version.starts_with("HTTP/");
        is_whole.then_some((method, target, version))
    });
    let Some((method, target, version)) = parts else {
        return (Cow::Borrowed(text), None);
    };
    let encoded = utf8_percent_encode(target, NOT_IN_A_TARGET).to_string();
    if encoded == target {
        return (Cow::Borrowed(text), None);
    }
    let rest = &text[line.len()..];
    let sent = format!("{method} {encoded} {version}{rest}");
    (Cow::Owned(sent), Some(encoded))
}

/// The bytes of the request that stands in the console: each line of the head ends in CRLF, and an
/// empty line ends it. The body goes out as it is, but in a chunked one lines end in CRLF too.
pub(super) fn bytes(text: &str) -> Vec<u8> {
    let text = text.replace("\r\n", "\n");
    let text = text.trim_start_matches('\n');
    let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
    let head = head.trim_end_matches('\n');
    let is_chunked = head.lines().any(|line| {
        let line = line.to_ascii_lowercase();
        line.starts_with("transfer-encoding:") && line.contains("chunked")
    });
    let mut bytes = head.replace('\n', "\r\n");
    bytes.push_str("\r\n\r\n");
    match is_chunked {
        true => bytes.push_str(&body.replace('\n', "\r\n")),
        false => bytes.push_str(body),
    }
    bytes.into_bytes()
}

/// Sends the request to the lesson's server, and tells what comes, to the end.
pub(super) async fn play(lessons: &Lessons, lesson: &str, request: &str, tell: &Sender<Event>) {
    let (request, target) = encoded(request);
    let request = bytes(&request);
    // The first event: there is room for it.
    let building = || {
        let _ = tell.try_send(Event::Building);
    };
    let Place { port, words } = match lessons.ready(lesson, &building).await {
        Ok(place) => place,
        Err(text) => {
            let _ = tell.send(Event::Problem { text }).await;
            return;
        }
    };
    let before = words.count();
    match speak(port, &request, target, tell).await {
        Ok(true) => return,
        Ok(false) => {}
        Err(error) => {
            let text = format!("The connection to {lesson} failed: {error}.");
            let _ = tell.send(Event::Problem { text }).await;
        }
    }
    let (ended, text) = words.since(before).await;
    if ended || !text.is_empty() {
        let _ = tell.send(Event::Said { ended, text }).await;
    }
}

/// The answer is whether that of the server was whole.
async fn speak(
    port: u16,
    request: &[u8],
    target: Option<String>,
    tell: &Sender<Event>,
) -> io::Result<bool> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await?;
    stream.set_nodelay(true)?;
    let begun = Instant::now();
    stream.write_all(request).await?;
    let bytes = request.len();
    let _ = tell.send(Event::Sent { bytes, target }).await;

    let mut answers = Along::to(request);
    let mut text = Text::default();
    let mut buffer = vec![0; 16 * 1024];
    let mut shown = 0;
    let mut last = 0.0;
    let why = loop {
        let patience = if answers.is_done() { ANOTHER } else { SILENCE };
        match timeout(patience, stream.read(&mut buffer)).await {
            Err(_) if answers.is_done() => break "the answer is whole",
            Err(_) => break "nothing came for 60 seconds",
            Ok(Ok(0)) => break "the server has closed the connection",
            Ok(Err(error)) if error.kind() == io::ErrorKind::ConnectionReset => {
                break "the server has reset the connection";
            }
            Ok(read) => {
                let bytes = &buffer[..read?];
                let bytes = &bytes[..bytes.len().min(MOST - shown)];
                answers.read(bytes);
                shown += bytes.len();
                let at = begun.elapsed().as_secs_f64();
                last = at;
                let text = text.of(bytes);
                let _ = tell.send(Event::Bytes { at, text }).await;
                if shown == MOST {
                    break "only the first megabyte is shown";
                }
            }
        }
    };
    let at = match answers.is_done() {
        true => last,
        false => begun.elapsed().as_secs_f64(),
    };
    let _ = tell.send(Event::End { at, why }).await;
    Ok(answers.is_done())
}

/// Makes text of bytes. A character may be cut in two by the end of a read.
#[derive(Default)]
struct Text {
    kept: Vec<u8>,
}

impl Text {
    fn of(&mut self, bytes: &[u8]) -> String {
        self.kept.extend_from_slice(bytes);
        let mut text = String::new();
        let mut whole = 0;
        let mut chunks = self.kept.utf8_chunks().peekable();
        while let Some(chunk) = chunks.next() {
            for character in chunk.valid().chars() {
                match character {
                    '\n' | '\r' | '\t' => text.push(character),
                    control if control.is_control() => {
                        text.push_str(&format!("\\x{:02x}", u32::from(control)));
                    }
                    other => text.push(other),
                }
            }
            whole += chunk.valid().len();
            let invalid = chunk.invalid();
            let may_go_on = chunks.peek().is_none()
                && !invalid.is_empty()
                && std::str::from_utf8(invalid).is_err_and(|error| error.error_len().is_none());
            if may_go_on {
                break;
            }
            whole += invalid.len();
            for byte in invalid {
                text.push_str(&format!("\\x{byte:02x}"));
            }
        }
        self.kept.drain(..whole);
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_the_head_end_in_crlf_and_an_empty_line_ends_it() {
        let sent = |text| String::from_utf8(bytes(text)).expect("text");
        assert_eq!(
            sent("GET / HTTP/1.1\nA: b"),
            "GET / HTTP/1.1\r\nA: b\r\n\r\n"
        );
        assert_eq!(
            sent("GET / HTTP/1.1\r\nA: b\r\n\r\n"),
            "GET / HTTP/1.1\r\nA: b\r\n\r\n"
        );
        assert_eq!(
            sent("POST / HTTP/1.1\n\na\nb\n"),
            "POST / HTTP/1.1\r\n\r\na\nb\n"
        );
        assert_eq!(
            sent("POST / HTTP/1.1\nTransfer-Encoding: chunked\n\n1\na\n0\n\n"),
            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n"
        );
    }

    #[test]
    fn a_target_goes_out_encoded_and_nothing_else_is_changed() {
        let request = "GET /hello?name=<b>Ada Lovelace&a=%20 HTTP/1.1\nHost: a b\n";
        let (sent, target) = encoded(request);
        let expected = "/hello?name=%3Cb%3EAda%20Lovelace&a=%20";
        assert_eq!(target.as_deref(), Some(expected));
        assert_eq!(sent, format!("GET {expected} HTTP/1.1\nHost: a b\n"));
        for as_it_is in [
            "GET /hello?name=Ada+L.&b=%3C#c HTTP/1.1\n",
            "GET / <b>\n",
            "GET  / HTTP/1.1\n",
            "GET\n\n<b>",
            "",
        ] {
            assert_eq!(encoded(as_it_is), (Cow::Borrowed(as_it_is), None));
        }
        assert_eq!(encoded("GET /é HTTP/1.1").0, "GET /%C3%A9 HTTP/1.1");
    }

    #[test]
    fn a_character_that_is_cut_in_two_is_shown_once() {
        let mut text = Text::default();
        assert_eq!(text.of(b"a\xce"), "a");
        assert_eq!(text.of(b"\xa9\x00\xff"), "\u{3a9}\\x00\\xff");
        assert_eq!(text.of(b"\xce"), "");
        assert_eq!(text.of(b"b"), "\\xceb");
    }
}
