//! The head of a request: the request line and the headers, up to the blank line. The rules are
//! those of RFC 9112. What two readers could understand in two ways is refused.

use httparse::Status;

use super::body::{self, Framing};
use super::incoming::{Incoming, refuse};
use super::target;
use crate::application::{Request, Response};

const LIMIT: usize = 16 * 1024;
const METHODS: [&str; 8] = [
    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE",
];

/// A request whose body is still to be read.
pub struct Head {
    pub request: Request,
    pub framing: Framing,
    pub wants_continue: bool,
}

// ANCHOR: read
/// Reads up to the blank line. httparse looks at what has come so far: it finds a whole head,
/// or a part of one, or something that can never become one.
pub fn read(incoming: &mut Incoming) -> Result<Head, Response> {
    loop {
        let received = &incoming.received[..incoming.received.len().min(LIMIT)];
        let mut headers = [httparse::EMPTY_HEADER; 100];
        let mut parsed = httparse::Request::new(&mut headers);
        let status = parsed.parse(received);
        incoming.head_only = parsed.method == Some("HEAD");
        match status {
            Ok(Status::Complete(length)) => {
                let head = check(&parsed, &received[..length])?;
                incoming.received.drain(..length);
                return Ok(head);
            }
            Ok(Status::Partial) if received.len() < LIMIT => incoming.more()?,
            Ok(Status::Partial) if received.contains(&b'\n') => {
                return refuse(431, "The head is longer than 16 KiB.");
            }
            Ok(Status::Partial) => return refuse(414, "The request line is longer than 16 KiB."),
            Err(error) => return broken(error),
        }
    }
}
// ANCHOR_END: read

fn broken<T>(error: httparse::Error) -> Result<T, Response> {
    use httparse::Error::*;
    match error {
        Token => refuse(400, "The request line must be: METHOD TARGET HTTP/1.1."),
        Version => refuse(505, "The version must be HTTP/1.1 or HTTP/1.0."),
        TooManyHeaders => refuse(431, "There are more than 100 headers."),
        other => refuse(400, &format!("The head is broken: {other}.")),
    }
}

/// What httparse leaves open.
fn check(parsed: &httparse::Request, bytes: &[u8]) -> Result<Head, Response> {
    // httparse takes a line feed alone for a line end. Others on the way here may not.
    let mut lines = bytes.split(|byte| *byte == b'\n').rev().skip(1);
    if !lines.all(|line| line.ends_with(b"\r")) {
        return refuse(400, "Each line of the head must end in CR LF.");
    }
    let method = parsed.method.expect("a whole head has a method");
    let target = parsed.path.expect("a whole head has a target");
    let is_http_11 = parsed.version == Some(1);
    if !METHODS.contains(&method) {
        return refuse(501, "This server does not know the method.");
    }
    let mut request = Request {
        method: method.to_string(),
        target: target::check_target(method, target)?,
        headers: Vec::new(),
        body: Vec::new(),
    };
    for httparse::Header { name, value } in parsed.headers.iter() {
        let value = String::from_utf8_lossy(value).to_string();
        request.headers.push((name.to_string(), value));
    }
    target::check_host(&request, is_http_11)?;
    let wants_continue = match values(&request, "expect")[..] {
        [] => false,
        [value] if value.eq_ignore_ascii_case("100-continue") => is_http_11,
        _ => return refuse(417, "The only expectation known here is 100-continue."),
    };
    let framing = body::framing(&request, is_http_11)?;
    Ok(Head {
        request,
        framing,
        wants_continue,
    })
}

/// All values of a header, in the order in which they came.
pub fn values<'a>(request: &'a Request, name: &str) -> Vec<&'a str> {
    let mut values = Vec::new();
    for (key, value) in &request.headers {
        // The names of headers may be written in any case.
        if key.eq_ignore_ascii_case(name) {
            values.push(value.as_str());
        }
    }
    values
}
