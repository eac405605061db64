//! The first gateway, by hand: it makes a `Request` of what a client sends, calls the application,
//! and writes what comes back. It knows HTTP and nothing of the application.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::RwLock;
use std::thread;
use std::time::Duration;

use crate::Gate;
use crate::application::{Application, Request, Response};

/// The largest request that is read, in bytes.
const LIMIT: usize = 64 * 1024;
/// How long a client may say nothing.
const PATIENCE: Duration = Duration::from_secs(10);

pub fn serve(listener: TcpListener, application: Application, gate: &Gate) {
    for stream in listener.incoming() {
        match stream {
            Ok(stream) => {
                let gate = gate.clone();
                thread::spawn(move || answer(&stream, application, &gate));
            }
            Err(problem) => eprintln!("Cannot serve a connection: {problem}."),
        }
    }
}

/// One connection, one request, one answer.
fn answer(mut stream: &TcpStream, application: Application, gate: &RwLock<()>) {
    // Where a result is thrown away (`let _`), the client has left: nobody is there to be told.
    let _ = stream.set_read_timeout(Some(PATIENCE));
    let _ = stream.set_write_timeout(Some(PATIENCE));
    let (response, head_only) = match read_request(stream) {
        Ok(request) => {
            let _begun = gate.read(); // from here on, Ctrl-C waits for us
            (application(&request), request.method == "HEAD")
        }
        Err(why) => (refuse(why), false),
    };
    let _ = stream.write_all(&to_bytes(&response, head_only));
    // Closed over unread bytes, a socket sends a reset, which can destroy the answer on its way.
    let _ = stream.shutdown(Shutdown::Write);
    let _ = stream.set_read_timeout(Some(Duration::from_secs(1)));
    let _ = stream.take(1024 * 1024).read_to_end(&mut Vec::new());
}

/// Reads up to the blank line, then as many bytes as Content-Length says.
fn read_request(mut stream: &TcpStream) -> Result<Request, &'static str> {
    let mut received = Vec::new();
    let mut piece = [0; 8 * 1024];
    loop {
        if let Some((mut request, head)) = parse(&received)? {
            let length = body_length(&request)?;
            if received.len() >= head + length {
                request.body = received[head..head + length].to_vec();
                return Ok(request);
            }
        }
        match stream.read(&mut piece) {
            Ok(count @ 1..) if received.len() + count <= LIMIT => {
                received.extend(&piece[..count]);
            }
            Ok(1..) => return Err("A request may have 64 KiB."),
            _ => return Err("The request ended before it was whole."),
        }
    }
}

/// The head, if it is whole, and its length.
fn parse(received: &[u8]) -> Result<Option<(Request, usize)>, &'static str> {
    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut parsed = httparse::Request::new(&mut headers);
    let status = parsed.parse(received).map_err(|_| "That is not HTTP.")?;
    let httparse::Status::Complete(length) = status else {
        return Ok(None);
    };
    let mut request = Request {
        method: parsed.method.unwrap_or_default().to_string(),
        target: parsed.path.unwrap_or_default().to_string(),
        headers: Vec::new(),
        body: Vec::new(),
    };
    for header in parsed.headers.iter() {
        let value = String::from_utf8_lossy(header.value).to_string();
        request.headers.push((header.name.to_string(), value));
    }
    Ok(Some((request, length)))
}

fn body_length(request: &Request) -> Result<usize, &'static str> {
    for (name, value) in &request.headers {
        match name.to_ascii_lowercase().as_str() {
            "content-length" => {
                let length = value.parse().ok().filter(|length| *length <= LIMIT);
                return length.ok_or("Content-Length must be a number up to 65536.");
            }
            "transfer-encoding" => return Err("Send a Content-Length."),
            _ => {}
        }
    }
    Ok(0)
}

/// The answer as it goes over the wire: status line, headers, blank line, body.
fn to_bytes(response: &Response, head_only: bool) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {} \r\n", response.status);
    for (name, value) in &response.headers {
        // A line end in a value would let whoever chose the value write headers of their own.
        let value = value.replace(['\r', '\n'], " ");
        head += &format!("{name}: {value}\r\n");
    }
    // 204 says that there is no body, so there is no length to announce.
    let has_body = response.status != 204;
    if has_body {
        head += &format!("content-length: {}\r\n", response.body.len());
    }
    head += "connection: close\r\n\r\n";
    let mut bytes = head.into_bytes();
    if has_body && !head_only {
        bytes.extend(&response.body);
    }
    bytes
}

fn refuse(why: &str) -> Response {
    Response {
        status: 400,
        headers: vec![("content-type".into(), "text/plain; charset=utf-8".into())],
        body: format!("{why}\n").into_bytes(),
    }
}
