//! # 00 · http-by-hand
//!
//! What goes over the wire? A server from the standard library alone. It answers every request
//! with one page, and the page shows you the request, as it came.
//!
//! Run it with `cargo run -p lesson-00`, then open <http://127.0.0.1:8000/>.
//!
//! | request | answer |
//! |---|---|
//! | any | 200 and the page |
//! | one that cannot be read | 4xx and a page that says why |

#![forbid(unsafe_code)]

use std::error::Error;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::time::Duration;
use std::{env, process, thread};

/// One connection: reads one request, writes one answer, closes.
fn answer(mut stream: &TcpStream) -> io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let request = read_request(stream);
    let (status, page) = match &request {
        Ok(request) => ("200 OK", show(request)),
        Err((status, why)) => (*status, page(status, &format!("<p>{why}</p>\n"))),
    };
    let mut answer = format!(
        "HTTP/1.1 {status}\r\n\
         Content-Type: text/html; charset=utf-8\r\n\
         Content-Length: {}\r\n\
         Connection: close\r\n\
         \r\n",
        page.len()
    );
    // HEAD asks for the head alone, with the length that the page would have.
    if !request.is_ok_and(|request| request.line.starts_with("HEAD ")) {
        answer += &page;
    }
    stream.write_all(answer.as_bytes())?;
    // Closing over unread bytes resets the connection, and a reset can destroy the answer on its
    // way. So say that nothing more will come, and read what the client is still sending.
    stream.shutdown(Shutdown::Write)?;
    io::copy(&mut stream.take(1024 * 1024), &mut io::sink())?;
    Ok(())
}

struct Request {
    line: String,
    headers: Vec<String>,
    body: Vec<u8>,
}

/// Reads lines up to the blank one, then as many bytes as Content-Length says.
fn read_request(stream: &TcpStream) -> Result<Request, Refusal> {
    let mut reader = BufReader::new(stream).take(64 * 1024);
    let line = read_line(&mut reader)?;
    if line.split(' ').count() != 3 {
        return Err(NOT_HTTP);
    }
    let mut headers = Vec::new();
    loop {
        let header = read_line(&mut reader)?;
        if header.is_empty() {
            break;
        }
        headers.push(header);
    }
    let length = body_length(&headers)?;
    if length > reader.limit() {
        return Err(TOO_LARGE);
    }
    let mut body = vec![0; length as usize];
    reader.read_exact(&mut body).map_err(|_| CUT_OFF)?;
    Ok(Request {
        line,
        headers,
        body,
    })
}

/// One line without its end: CR LF from a browser, LF alone from `nc`.
fn read_line(reader: &mut impl BufRead) -> Result<String, Refusal> {
    let mut line = Vec::new();
    reader.read_until(b'\n', &mut line).map_err(|_| TOO_SLOW)?;
    if !line.ends_with(b"\n") {
        return Err(NO_END);
    }
    let line = String::from_utf8_lossy(&line);
    Ok(line.trim_end_matches(['\r', '\n']).to_string())
}

/// How many bytes follow the blank line: none, unless a header says so.
fn body_length(headers: &[String]) -> Result<u64, Refusal> {
    let mut length = 0;
    for header in headers {
        let (name, value) = header.split_once(':').ok_or(NO_COLON)?;
        // Names may be written in any case.
        let name = name.to_lowercase();
        if name == "content-length" {
            length = value.trim().parse().map_err(|_| BAD_LENGTH)?;
        } else if name == "transfer-encoding" {
            return Err(NO_LENGTH);
        }
    }
    Ok(length)
}

/// Why a request gets no page: a status, and a sentence for the person at the other end.
type Refusal = (&'static str, &'static str);

const NOT_HTTP: Refusal = ("400 Bad Request", "A request line has three words.");
const NO_COLON: Refusal = ("400 Bad Request", "A header is a name, a colon, a value.");
const BAD_LENGTH: Refusal = ("400 Bad Request", "Content-Length must be a number.");
const NO_LENGTH: Refusal = ("411 Length Required", "Send a Content-Length.");
const NO_END: Refusal = ("400 Bad Request", "The head has no end within 64 KiB.");
const CUT_OFF: Refusal = ("400 Bad Request", "The body ended too early.");
const TOO_LARGE: Refusal = ("413 Content Too Large", "A request may have 64 KiB.");
const TOO_SLOW: Refusal = ("408 Request Timeout", "Nothing came for 10 seconds.");

/// The page for a request: its three parts, each under its name.
fn show(request: &Request) -> String {
    let parts = format!(
        "<h2>Request line</h2>\n<pre>\n{}</pre>\n\
         <h2>Headers</h2>\n<pre>\n{}</pre>\n\
         <h2>Body</h2>\n<pre>\n{}</pre>\n",
        escape(&request.line),
        escape(&request.headers.join("\n")),
        escape(&String::from_utf8_lossy(&request.body)),
    );
    page("Your request, as it came", &parts)
}

/// The client chose these characters: a `<` would begin a tag.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

/// A whole HTML document.
fn page(title: &str, content: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
         <title>{title}</title>\n<h1>{title}</h1>\n{content}"
    )
}

fn main() {
    if let Err(problem) = serve() {
        eprintln!("{problem}");
        process::exit(2);
    }
}

/// Answers clients on the port that `PORT` names: 8000 if it is not set; for 0, any free one.
fn serve() -> Result<(), Box<dyn Error>> {
    let port = env::var("PORT").unwrap_or("8000".into());
    let port: u16 = port
        .parse()
        .map_err(|_| format!("PORT must be a port number, not {port:?}"))?;
    let listener = TcpListener::bind(("127.0.0.1", port))
        .map_err(|error| format!("Cannot listen on port {port}: {error}"))?;
    println!("Listening on http://{}", listener.local_addr()?);

    // An error, here or in `answer`, concerns one client: the next one is served all the same.
    for stream in listener.incoming().flatten() {
        // A thread for each connection: a client that says nothing keeps nobody else waiting.
        thread::spawn(move || answer(&stream));
    }
    Ok(())
}
