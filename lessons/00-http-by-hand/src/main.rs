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

const HEAD_LIMIT: usize = 16 * 1024;
const BODY_LIMIT: u64 = 64 * 1024;

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
    let _ = stream.set_read_timeout(Some(Duration::from_secs(10)));
    let _ = stream.set_write_timeout(Some(Duration::from_secs(10)));
    let mut head = Vec::new();
    let (status, page) = match read_request(&stream, &mut head) {
        Ok(request) => ("200 OK", show(&request)),
        Err((status, why)) => (status, format!("<h1>{status}</h1>\n<p>{why}</p>\n")),
    };
    let page = format!("<!doctype html>\n<html lang=\"en\">\n<title>{status}</title>\n{page}");
    let mut answer = format!(
        "HTTP/1.1 {status}\r\n\
         Content-Type: text/html; charset=utf-8\r\n\
         Content-Length: {}\r\n\
         Connection: close\r\n\
         \r\n",
        page.len()
    );
    // HEAD asks for the head alone, with the length that the page would have.
    if !head.starts_with(b"HEAD ") {
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

/// Why a request was not read: the status, and a sentence for the person at the other end.
type Refusal = (&'static str, &'static str);

const TOO_SLOW: Refusal = ("408 Request Timeout", "Nothing came for 10 seconds.");
const CUT_OFF: Refusal = ("400 Bad Request", "The request ended too early.");

// ANCHOR: read_request
/// Reads line by line up to the blank line, then as many bytes as Content-Length says.
fn read_request(stream: &TcpStream, head: &mut Vec<u8>) -> Result<Request, Refusal> {
    let mut reader = BufReader::new(stream);
    loop {
        let start = head.len();
        let left = (HEAD_LIMIT - start) as u64;
        let mut limited = reader.by_ref().take(left);
        limited.read_until(b'\n', head).map_err(|_| TOO_SLOW)?;
        match &head[start..] {
            b"\r\n" | b"\n" => break, // the blank line
            line if line.ends_with(b"\n") => {}
            _ if head.len() == HEAD_LIMIT => {
                let status = "431 Request Header Fields Too Large";
                return Err((status, "The head is larger than 16 KiB."));
            }
            _ => return Err(CUT_OFF),
        }
    }
    // Bytes that are not UTF-8 text become U+FFFD, the sign for "no character".
    let text = String::from_utf8_lossy(head);
    let (line, headers) = text.split_once('\n').unwrap_or((&text, ""));
    let line = line.trim_end_matches('\r');
    if line.split(' ').count() != 3 || line.split(' ').any(str::is_empty) {
        return Err(("400 Bad Request", "The request line must be three words."));
    }

    let length = body_length(headers)?;
    let mut body = Vec::new();
    let read = reader.take(length).read_to_end(&mut body);
    if (read.map_err(|_| TOO_SLOW)? as u64) < length {
        return Err(CUT_OFF);
    }
    Ok(Request {
        line: line.to_string(),
        headers: headers.trim_end().to_string(),
        body: String::from_utf8_lossy(&body).to_string(),
    })
}
// ANCHOR_END: read_request

// ANCHOR: body_length
/// How many bytes follow the blank line. Without a Content-Length: none.
fn body_length(headers: &str) -> Result<u64, Refusal> {
    let mut length = 0;
    for line in headers.lines() {
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        let digits = value.trim();
        // The names of headers may be written in any case.
        match name.to_ascii_lowercase().as_str() {
            "content-length" if is_number(digits) => {
                // What a u64 has no room for is too large as well.
                length = digits.parse().unwrap_or(u64::MAX);
            }
            "content-length" => {
                return Err(("400 Bad Request", "Content-Length must be a number."));
            }
            "transfer-encoding" => return Err(("411 Length Required", "Send a Content-Length.")),
            _ => {}
        }
    }
    if length > BODY_LIMIT {
        return Err(("413 Content Too Large", "The body is larger than 64 KiB."));
    }
    Ok(length)
}

/// `parse` alone would take `+5` as well.
fn is_number(digits: &str) -> bool {
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}
// ANCHOR_END: body_length

// ANCHOR: show
/// The page: the three parts of the request, each under its name.
fn show(request: &Request) -> String {
    let mut page = String::from("<h1>Your request, as it came</h1>\n");
    for (name, text) in [
        ("Request line", &request.line),
        ("Headers", &request.headers),
        ("Body", &request.body),
    ] {
        // The client chose these characters. Left as it is, a `<` would begin a tag.
        let text = text.replace('&', "&amp;").replace('<', "&lt;");
        page += &format!("<h2>{name}</h2>\n<pre>\n{text}</pre>\n");
    }
    page
}
// ANCHOR_END: show

// ANCHOR: close
/// Says that no more will come, then reads what the client still sends. Closed over unread
/// bytes, a socket sends a reset, and a reset can destroy the answer on its way.
fn close(mut stream: TcpStream) {
    let _ = stream.shutdown(Shutdown::Write);
    let _ = stream.set_read_timeout(Some(Duration::from_secs(1)));
    let mut unread = vec![0; 64 * 1024];
    for _ in 0..32 {
        if !matches!(stream.read(&mut unread), Ok(1..)) {
            break; // the client has closed as well, or is silent, or is gone
        }
    }
}
// ANCHOR_END: close
