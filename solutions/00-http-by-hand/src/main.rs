//! # Solution 00 · HTTP by hand
//!
//! A tea house that takes orders. `WHY.md`, beside this folder, says why it is so.
//!
//! Run it with `cargo run -p solution-00`, then open <http://127.0.0.1:8000/>.
//!
//! | request | answer |
//! |---|---|
//! | `GET /` | the menu |
//! | `POST /order` | the order, read back |
//! | any other | 404 |
//! | one that cannot be read | 400, and the end of the connection |

#![forbid(unsafe_code)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::process::ExitCode;
use std::time::Duration;
use std::{env, thread};

/// The largest head, and the largest body, in bytes.
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
    for stream in listener.incoming() {
        match stream {
            Ok(stream) => drop(thread::spawn(move || serve(&stream))),
            Err(problem) => eprintln!("Cannot serve a connection: {problem}."),
        }
    }
    ExitCode::SUCCESS
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

/// One connection: answers request after request, until one side wants no more.
fn serve(mut stream: &TcpStream) {
    // Where a result is thrown away (`let _`), the client has left: nobody is there to be told.
    let _ = stream.set_read_timeout(Some(PATIENCE));
    let _ = stream.set_write_timeout(Some(PATIENCE));
    // One reader for the whole connection: it may hold the beginning of the next request already.
    let mut reader = BufReader::new(stream);
    let mut last = false;
    while !last {
        let bytes = match read_request(&mut reader) {
            Ok(Some(request)) => {
                eprintln!("{} {} {}", request.method, request.target, request.version);
                last = is_last(&request);
                to_bytes(&answer(&request), request.method == "HEAD", last)
            }
            Ok(None) => break,
            // Where this request ends, nobody knows, so nobody knows where the next one begins.
            Err(why) => {
                last = true;
                to_bytes(&Response::new("400 Bad Request", why), false, last)
            }
        };
        if stream.write_all(&bytes).is_err() {
            break;
        }
    }
    close(stream);
}

/// Whether the client sends nothing more on this connection, or cannot know that it may.
fn is_last(request: &Request) -> bool {
    let connection = request.header("connection").unwrap_or_default();
    connection.eq_ignore_ascii_case("close") || request.version != "HTTP/1.1"
}

struct Request {
    method: String,
    target: String,
    version: String,
    headers: Vec<(String, String)>,
    body: String,
}

impl Request {
    /// The value of a header. Its name may be written in any case.
    fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        let found = headers.find(|(found, _)| found.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}

/// Reads one request. `None` when the client has left, or has nothing to say.
fn read_request(reader: &mut BufReader<&TcpStream>) -> Result<Option<Request>, &'static str> {
    let mut head = Vec::new();
    let mut limited = reader.take(LIMIT);
    while !head.ends_with(b"\n\r\n") {
        match limited.read_until(b'\n', &mut head) {
            Ok(0) | Err(_) if head.is_empty() => return Ok(None),
            Ok(0) | Err(_) => return Err("The head does not end."),
            Ok(_) => {}
        }
    }
    let head = String::from_utf8_lossy(&head);
    let mut lines = head.lines();
    let words: Vec<&str> = lines.next().unwrap_or_default().split(' ').collect();
    let [method, target, version] = words[..] else {
        return Err("A request line has three words.");
    };
    let headers = lines.filter_map(|line| line.split_once(':'));
    let mut request = Request {
        method: method.to_string(),
        target: target.to_string(),
        version: version.to_string(),
        headers: headers
            .map(|(name, value)| (name.to_string(), value.trim().to_string()))
            .collect(),
        body: String::new(),
    };
    let length = request.header("content-length").unwrap_or("0");
    let length = length
        .parse()
        .map_err(|_| "Content-Length must be a number.")?;
    if length > LIMIT || request.header("transfer-encoding").is_some() {
        return Err("A body has a Content-Length of 64 KiB at most.");
    }
    let mut body = Vec::new();
    match reader.take(length).read_to_end(&mut body) {
        Ok(read) if read as u64 == length => {}
        _ => return Err("The body ended too early."),
    }
    request.body = String::from_utf8_lossy(&body).to_string();
    Ok(Some(request))
}

struct Response {
    status: &'static str,
    text: String,
}

impl Response {
    fn new(status: &'static str, text: &str) -> Response {
        Response {
            status,
            text: format!("{text}\n"),
        }
    }
}

/// What the tea house says.
fn answer(request: &Request) -> Response {
    match (request.method.as_str(), request.target.as_str()) {
        ("GET" | "HEAD", "/") => {
            Response::new("200 OK", "Green tea, black tea. POST your order to /order.")
        }
        ("POST", "/order") => {
            let order = format!("One order of {}, coming.", request.body);
            Response::new("200 OK", &order)
        }
        (_, target) => Response::new("404 Not Found", &format!("There is no {target} here.")),
    }
}

/// The answer as it goes over the wire: status line, headers, blank line, body.
fn to_bytes(response: &Response, head_only: bool, last: bool) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {}\r\n", response.status);
    head += "Content-Type: text/plain; charset=utf-8\r\n";
    // A `String` is UTF-8, and its `len` counts bytes.
    let length = response.text.len();
    head += &format!("Content-Length: {length}\r\n");
    if last {
        head += "Connection: close\r\n";
    }
    head += "\r\n";
    let mut bytes = head.into_bytes();
    // HEAD asks for what GET would bring, but for the body.
    if !head_only {
        bytes.extend(response.text.as_bytes());
    }
    bytes
}

/// Says that no more will come, then reads what the client still sends. Closed over unread
/// bytes, a socket sends a reset, and a reset can destroy the answer on its way.
fn close(mut stream: &TcpStream) {
    let _ = stream.shutdown(Shutdown::Write);
    let _ = stream.set_read_timeout(Some(Duration::from_secs(1)));
    let mut unread = vec![0; 64 * 1024];
    for _ in 0..32 {
        if !matches!(stream.read(&mut unread), Ok(1..)) {
            break; // the client has closed as well, or is silent, or is gone
        }
    }
}
