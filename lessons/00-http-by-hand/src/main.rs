//! # 00 · http-by-hand
//!
//! What goes over the wire? A server from the standard library alone. It
//! answers every request with one page, and the page shows you the request, as it came.
//!
//! Run it with `cargo run -p lesson-00`, then open <http://127.0.0.1:8000/>.
//!
//! | request | answer |
//! |---|---|
//! | any | 200 and the page |
//! | one that cannot be read | 4xx and a page that says why |

#![forbid(unsafe_code)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::process::ExitCode;
use std::time::Duration;
use std::{env, thread};

/// The largest request that is read, in bytes.
const LIMIT: u64 = 64 * 1024;
/// How long a client may say nothing.
const PATIENCE: Duration = Duration::from_secs(10);

fn main() -> ExitCode {
    let listener = match bind() {
        Ok(listener) => listener,
        Err(problem) => {
            eprintln!("{problem}");
            return ExitCode::from(2);
        }
    };
    let address = listener.local_addr().expect("a bound port has an address");
    println!("Listening on http://{address}");

    loop {
        // A thread for each connection: a client that says nothing keeps its own
        // thread waiting, and nobody else.
        let served = listener
            .accept()
            .and_then(|(stream, _)| thread::Builder::new().spawn(|| serve(stream)));
        if let Err(problem) = served {
            eprintln!("Cannot serve a connection: {problem}.");
            thread::sleep(Duration::from_millis(100));
        }
    }
}

/// Opens the port in `PORT` (default 8000; 0 lets the system choose) on this machine only.
fn bind() -> Result<TcpListener, String> {
    let port = env::var_os("PORT").unwrap_or("8000".into());
    let port = port.to_string_lossy();
    let number: u16 = port
        .parse()
        .map_err(|_| format!("PORT must be a number from 0 to 65535, not {port:?}."))?;
    TcpListener::bind(("127.0.0.1", number)).map_err(|error| {
        format!("Cannot listen on port {number}: {error}. Stop the other server, or set PORT to another number.")
    })
}

// ANCHOR: serve
/// One connection: reads one request, writes one answer, closes.
fn serve(mut stream: TcpStream) {
    // Where a result is thrown away (`let _`), the client has left: nobody is there to be told.
    let _ = stream.set_read_timeout(Some(PATIENCE));
    let _ = stream.set_write_timeout(Some(PATIENCE));
    let request = read_request(&stream);
    let (status, page) = match &request {
        Ok(request) => ("200 OK", show(request)),
        Err((status, why)) => (*status, format!("<h1>{status}</h1>\n<p>{why}</p>\n")),
    };
    // ANCHOR: answer
    let mut answer = format!(
        "HTTP/1.1 {status}\r\n\
         Content-Type: text/html; charset=utf-8\r\n\
         Content-Length: {}\r\n\
         Connection: close\r\n\
         \r\n",
        page.len()
    );
    // ANCHOR_END: answer
    // HEAD asks for the head alone, with the length that the page would have.
    if !request.is_ok_and(|request| request.line.starts_with("HEAD ")) {
        answer.push_str(&page);
    }
    let _ = stream.write_all(answer.as_bytes());
    close(stream);
}
// ANCHOR_END: serve

struct Request {
    line: String,
    headers: String,
    body: String,
}

// ANCHOR: read_request
/// Why a request was not read: the status, and a sentence for the person at the other end.
type Refusal = (&'static str, &'static str);

const NOT_HTTP: Refusal = ("400 Bad Request", "A request line has three words.");
const BAD_LENGTH: Refusal = ("400 Bad Request", "Content-Length must be a number.");
const NO_LENGTH: Refusal = ("411 Length Required", "Send a Content-Length.");
const CUT_OFF: Refusal = ("400 Bad Request", "The request ended too early.");
const TOO_SLOW: Refusal = ("408 Request Timeout", "Nothing came for 10 seconds.");
const TOO_LARGE: Refusal = ("413 Content Too Large", "A request may have 64 KiB.");

/// Reads line by line up to the blank line, then as many bytes as Content-Length says.
fn read_request(stream: &TcpStream) -> Result<Request, Refusal> {
    let mut reader = BufReader::new(stream).take(LIMIT);
    let mut head = Vec::new();
    // The blank line is two line ends in a row. `nc` ends a line with LF alone.
    // ANCHOR: head
    while !head.ends_with(b"\n\r\n") && !head.ends_with(b"\n\n") {
        match reader.read_until(b'\n', &mut head) {
            Ok(0) if reader.limit() == 0 => return Err(TOO_LARGE),
            Ok(0) => return Err(CUT_OFF),
            Ok(_) => {}
            Err(_) => return Err(TOO_SLOW),
        }
    }
    // ANCHOR_END: head
    // Bytes that are not UTF-8 text become U+FFFD, the sign for "no character".
    let head = String::from_utf8_lossy(&head);
    let (line, headers) = head.trim_end().split_once('\n').unwrap_or((&head, ""));
    if line.trim_end().split(' ').count() != 3 {
        return Err(NOT_HTTP);
    }
    // ANCHOR: body
    let length = body_length(headers)?;
    if length > reader.limit() {
        return Err(TOO_LARGE);
    }
    let mut body = Vec::new();
    match reader.take(length).read_to_end(&mut body) {
        Ok(read) if (read as u64) < length => return Err(CUT_OFF),
        Ok(_) => {}
        Err(_) => return Err(TOO_SLOW),
    }
    // ANCHOR_END: body
    Ok(Request {
        line: line.trim_end().to_string(),
        headers: headers.to_string(),
        body: String::from_utf8_lossy(&body).to_string(),
    })
}
// ANCHOR_END: read_request

// ANCHOR: body_length
/// How many bytes follow the blank line: none, unless a header says so.
fn body_length(headers: &str) -> Result<u64, Refusal> {
    for (name, value) in headers.lines().filter_map(|line| line.split_once(':')) {
        // The name may be written in any case.
        match (name.to_ascii_lowercase().as_str(), value.trim()) {
            ("content-length", length) if length.starts_with('+') => return Err(BAD_LENGTH),
            ("content-length", length) => return length.parse().map_err(|_| BAD_LENGTH),
            ("transfer-encoding", _) => return Err(NO_LENGTH),
            _ => {}
        }
    }
    Ok(0)
}
// ANCHOR_END: body_length

// ANCHOR: show
/// The page: the three parts of the request, each under its name.
fn show(request: &Request) -> String {
    let mut page =
        String::from("<!doctype html>\n<html lang=\"en\">\n<h1>Your request, as it came</h1>\n");
    for (name, text) in [
        ("Request line", &request.line),
        ("Headers", &request.headers),
        ("Body", &request.body),
    ] {
        // The client chose these characters. Left as it is, a `<` would begin a tag.
        // ANCHOR: escape
        let text = text.replace('&', "&amp;").replace('<', "&lt;");
        page += &format!("<h2>{name}</h2>\n<pre>\n{text}</pre>\n");
        // ANCHOR_END: escape
    }
    page
}
// ANCHOR_END: show

// ANCHOR: close
/// Says that no more will come, then reads what the client still sends. Closed over unread
/// bytes, a socket sends a reset, and a reset can destroy the answer on its way.
fn close(mut stream: TcpStream) {
    // ANCHOR: linger
    let _ = stream.shutdown(Shutdown::Write);
    let _ = stream.set_read_timeout(Some(Duration::from_secs(1)));
    let mut unread = vec![0; 64 * 1024];
    for _ in 0..32 {
        if !matches!(stream.read(&mut unread), Ok(1..)) {
            break; // the client has closed too, or is silent, or is gone
        }
    }
    // ANCHOR_END: linger
}
// ANCHOR_END: close
