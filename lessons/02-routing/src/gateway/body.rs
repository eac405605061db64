//! The body of a request: where it ends, and how it is read.

use std::io::Write;

use super::head::{Head, values};
use super::incoming::{Incoming, refuse};
use crate::application::{Request, Response};

const LIMIT: usize = 1024 * 1024;
const TRAILER_LIMIT: usize = 4 * 1024;

/// How a client marks the end of a body.
pub enum Framing {
    /// It says beforehand how many bytes there are. A request without a body has 0.
    Length(usize),
    /// It sends pieces, each with its size, and an empty one at the end.
    Chunked,
}

// ANCHOR: framing
/// Where does the body end? There must be one answer to that. A proxy and a server that find two
/// will disagree about which bytes are a body and which are the next request.
pub fn framing(request: &Request, is_http_11: bool) -> Result<Framing, Response> {
    let lengths = values(request, "content-length");
    let codings = values(request, "transfer-encoding");
    match (&lengths[..], &codings[..]) {
        ([], []) => Ok(Framing::Length(0)),
        ([length], []) if is_number(length) => match length.parse() {
            Ok(length) if length <= LIMIT => Ok(Framing::Length(length)),
            _ => refuse(413, "The body is longer than 1 MiB."),
        },
        ([_], []) => refuse(400, "Content-Length must be a number."),
        ([], [_]) if !is_http_11 => refuse(400, "HTTP/1.0 has no Transfer-Encoding."),
        ([], [coding]) if coding.eq_ignore_ascii_case("chunked") => Ok(Framing::Chunked),
        ([], [_]) => refuse(501, "The only Transfer-Encoding known here is chunked."),
        _ => refuse(400, "The end of the body is given more than once."),
    }
}
// ANCHOR_END: framing

/// `parse` alone would take `+5` as well.
fn is_number(digits: &str) -> bool {
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

// ANCHOR: read
/// Reads the body, whole, at most 1 MiB.
pub fn read(incoming: &mut Incoming, head: Head) -> Result<Request, Response> {
    let has_body = !matches!(head.framing, Framing::Length(0));
    if head.wants_continue && has_body && incoming.received.is_empty() {
        // The client asks whether the head is good before it sends a long body. It is.
        let _ = incoming.stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n");
    }
    let mut request = head.request;
    request.body = match head.framing {
        Framing::Length(length) => incoming.take(length)?,
        Framing::Chunked => read_chunks(incoming)?,
    };
    Ok(request)
}
// ANCHOR_END: read

// ANCHOR: read_chunks
/// A chunk is its size in hexadecimal, CR LF, so many bytes, CR LF. The last has size 0.
fn read_chunks(incoming: &mut Incoming) -> Result<Vec<u8>, Response> {
    let mut body = Vec::new();
    loop {
        let line = incoming.line()?;
        let size = match chunk_size(&line) {
            Some(0) => break,
            Some(size) if size <= LIMIT - body.len() => size,
            Some(_) => return refuse(413, "The body is longer than 1 MiB."),
            None => return refuse(400, "The size of a chunk must be a hexadecimal number."),
        };
        body.extend(incoming.take(size)?);
        if incoming.take(2)? != b"\r\n" {
            return refuse(400, "A chunk does not end where its size says.");
        }
    }
    // Behind the last chunk there may be more headers, the trailers. They are read and dropped.
    let mut room = TRAILER_LIMIT;
    loop {
        match incoming.line()? {
            line if line.is_empty() => return Ok(body),
            line if !line.contains(&b':') => return refuse(400, "A trailer must have a colon."),
            line if line.len() > room => return refuse(431, "The trailers are longer than 4 KiB."),
            line => room -= line.len(),
        }
    }
}
// ANCHOR_END: read_chunks

fn chunk_size(line: &[u8]) -> Option<usize> {
    // Behind a semicolon there may be an extension, which means nothing to us.
    let digits = str::from_utf8(line).ok()?.split(';').next()?;
    let is_hexadecimal = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    usize::from_str_radix(digits, 16)
        .ok()
        .filter(|_| is_hexadecimal)
}
