//! Reads the head of a request from a socket. httparse takes it apart.

use std::io::{self, BufRead};

use crate::interface::Request;

/// Reads up to the blank line, and no further: the body is still to be read.
///
/// # Errors
/// When there is no whole head, or when it is not HTTP.
pub fn read(reader: &mut impl BufRead) -> io::Result<Request> {
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"\r\n\r\n") {
        if reader.read_until(b'\n', &mut bytes)? == 0 {
            return Err(io::Error::other("The head has no end."));
        }
    }
    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut head = httparse::Request::new(&mut headers);
    head.parse(&bytes).map_err(io::Error::other)?;

    let mut request = Request {
        method: head.method.unwrap_or_default().to_string(),
        target: head.path.unwrap_or_default().to_string(),
        headers: Vec::new(),
        body: Vec::new(),
    };
    for header in head.headers {
        let value = String::from_utf8_lossy(header.value).into_owned();
        request.headers.push((header.name.to_string(), value));
    }
    Ok(request)
}
