//! # Exercise 00 · HTTP by hand
//!
//! A tea house that takes orders. It answers, and falls short: `cargo course` says in what.
//!
//! Run it with `cargo run -p exercise-00`, then open <http://127.0.0.1:8000/>.
//!
//! | request | answer |
//! |---|---|
//! | `GET /` | the menu |
//! | `POST /order` | the order, read back |
//! | any other | 404 |
//! | one that cannot be read | 400 |

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

/// One connection: reads one request, writes one answer, closes.
fn serve(mut stream: &TcpStream) {
    // Where a result is thrown away (`let _`), the client has left: nobody is there to be told.
    let _ = stream.set_read_timeout(Some(PATIENCE));
    let _ = stream.set_write_timeout(Some(PATIENCE));
    let mut reader = BufReader::new(stream);
    let response = match read_request(&mut reader) {
        Ok(Some(request)) => {
            eprintln!("{} {} {}", request.method, request.target, request.version);
            answer(&request)
        }
        Ok(None) => return,
        Err(why) => Response::new("400 Bad Request", why),
    };
    let _ = stream.write_all(&to_bytes(&response));
    close(stream);
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
        ("GET", "/") => Response::new("200 OK", "Green tea, black tea. POST your order to /order."),
        ("POST", "/order") => {
            let order = format!("One order of {}, coming.", request.body);
            Response::new("200 OK", &order)
        }
        (_, target) => Response::new("404 Not Found", &format!("There is no {target} here.")),
    }
}

/// The answer as it goes over the wire: status line, headers, blank line, body.
fn to_bytes(response: &Response) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {}\r\n", response.status);
    head += "Content-Type: text/plain; charset=utf-8\r\n";
    let length = response.text.chars().count();
    head += &format!("Content-Length: {length}\r\n");
    head += "Connection: close\r\n";
    head += "\r\n";
    let mut bytes = head.into_bytes();
    bytes.extend(response.text.as_bytes());
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
