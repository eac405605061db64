//! # Exercise 00 · HTTP by hand
//!
//! A tea house that takes orders. It answers, but it falls short: `cargo course` says how.
//!
//! Run it with `cargo run -p exercise-00`, then open <http://127.0.0.1:8000/>.
//!
//! | request | answer |
//! |---|---|
//! | `GET /` | the menu |
//! | `POST /order` | the order, read back |
//! | any other | 404 |
//! | one that cannot be read | 400 and a sentence that says why |

#![forbid(unsafe_code)]

use std::error::Error;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::time::Duration;
use std::{env, process, thread};

/// The largest head, and the largest body, in bytes.
const LIMIT: usize = 64 * 1024;

/// One connection: reads one request, writes one answer, closes.
fn answer(mut stream: &TcpStream) -> io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let mut reader = BufReader::new(stream);
    let response = match read_request(&mut reader) {
        Ok(Some(request)) => {
            eprintln!("{} {} {}", request.method, request.target, request.version);
            tea_house(&request)
        }
        Ok(None) => return Ok(()),
        Err(why) => Response::new("400 Bad Request", why),
    };
    stream.write_all(&to_bytes(&response))?;
    close(stream)
}

/// What the tea house says.
fn tea_house(request: &Request) -> Response {
    match (request.method.as_str(), request.target.as_str()) {
        ("GET", "/") => Response::new("200 OK", "Green tea, black tea. POST your order to /order."),
        ("POST", "/order") => {
            let order = format!("One order of {}, coming.", request.body);
            Response::new("200 OK", &order)
        }
        (_, target) => Response::new("404 Not Found", &format!("There is no {target} here.")),
    }
}

struct Response {
    status: &'static str,
    text: String,
}

impl Response {
    fn new(status: &'static str, text: &str) -> Response {
        let text = format!("{text}\n");
        Response { status, text }
    }
}

/// The answer as it goes over the wire: status line, headers, blank line, body.
fn to_bytes(response: &Response) -> Vec<u8> {
    let mut bytes = format!("HTTP/1.1 {}\r\n", response.status);
    bytes += "Content-Type: text/plain; charset=utf-8\r\n";
    let length = response.text.chars().count();
    bytes += &format!("Content-Length: {length}\r\n");
    bytes += "Connection: close\r\n";
    bytes += "\r\n";
    bytes += &response.text;
    bytes.into_bytes()
}

/// Closing over unread bytes resets the connection, and a reset can destroy the answer on its
/// way. So say that nothing more will come, and read what the client is still sending.
fn close(stream: &TcpStream) -> io::Result<()> {
    stream.shutdown(Shutdown::Write)?;
    io::copy(&mut stream.take(1024 * 1024), &mut io::sink())?;
    Ok(())
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

/// Reads one request. `None`: the client has left, or has said nothing for 10 seconds.
fn read_request(reader: &mut BufReader<&TcpStream>) -> Result<Option<Request>, &'static str> {
    if let Ok([]) | Err(_) = reader.fill_buf() {
        return Ok(None);
    }
    let mut lines = reader.take(LIMIT as u64);
    let line = read_line(&mut lines)?;
    let words: Vec<&str> = line.split(' ').collect();
    let [method, target, version] = words[..] else {
        return Err("A request line has three words.");
    };
    let mut request = Request {
        method: method.to_string(),
        target: target.to_string(),
        version: version.to_string(),
        headers: Vec::new(),
        body: String::new(),
    };
    loop {
        let line = read_line(&mut lines)?;
        if line.is_empty() {
            break;
        }
        let header = line.split_once(':');
        let (name, value) = header.ok_or("A header is a name, a colon, a value.")?;
        let header = (name.to_string(), value.trim().to_string());
        request.headers.push(header);
    }
    if request.header("transfer-encoding").is_some() {
        return Err("Send a Content-Length, not chunks.");
    }
    let length = request.header("content-length").unwrap_or("0");
    let bad_length = "Content-Length must be a number.";
    let length: usize = length.parse().map_err(|_| bad_length)?;
    if length > LIMIT {
        return Err("A body may have 64 KiB.");
    }
    let mut body = vec![0; length];
    let read = reader.read_exact(&mut body);
    read.map_err(|_| "The body ended too early.")?;
    request.body = String::from_utf8_lossy(&body).to_string();
    Ok(Some(request))
}

/// One line without its end: CR LF from a browser, LF alone from `nc`.
fn read_line(reader: &mut impl BufRead) -> Result<String, &'static str> {
    let mut line = Vec::new();
    let read = reader.read_until(b'\n', &mut line);
    if read.is_err() || !line.ends_with(b"\n") {
        return Err("The head has no end within 64 KiB.");
    }
    let line = String::from_utf8_lossy(&line);
    Ok(line.trim_end_matches(['\r', '\n']).to_string())
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
        // A thread for each connection: a client that says nothing keeps no one else waiting.
        thread::spawn(move || answer(&stream));
    }
    Ok(())
}
