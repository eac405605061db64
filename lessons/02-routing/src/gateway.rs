//! The gateway: it waits for clients, makes a `Request` of what each sends, calls the
//! application, and writes what comes back. It knows HTTP and nothing of the application.
//!
//! How a request is read, and what is refused, stands in `gateway/`: `incoming` waits for
//! bytes, `head` reads up to the blank line (with `target`), `body` reads the rest.

mod body;
mod head;
mod incoming;
mod target;

use std::io::Write;
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, RwLock};
use std::time::{Duration, SystemTime};
use std::{env, process, thread};

use crate::application::{Request, Response};
use incoming::Incoming;

// ANCHOR: interface
/// The interface: whatever is such a function can be served.
pub type Application = fn(&Request) -> Response;
// ANCHOR_END: interface

/// So many clients have a thread each; who comes later waits in the system's queue.
const CONNECTIONS: usize = 512;

/// Opens the port in `PORT` (default 8000; 0 lets the system choose) on this machine only.
pub fn bind() -> Result<TcpListener, String> {
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
/// Serves the application until Ctrl-C.
pub fn serve(listener: TcpListener, application: Application) -> ! {
    // A gate, for a good end. Each request that has begun holds it for reading, and any
    // number can. Ctrl-C wants it for writing, which it gets when nobody holds it any more.
    // ANCHOR: gate
    let gate = Arc::new(RwLock::new(()));
    let closing = gate.clone();
    ctrlc::set_handler(move || {
        let _all_answered = closing.write();
        process::exit(0);
    })
    .expect("nobody else has set a handler");
    // ANCHOR_END: gate

    let address = listener.local_addr().expect("a bound port has an address");
    println!("Listening on http://{address}");
    loop {
        // Each thread holds a clone of the gate, so the clones tell how many there are.
        while Arc::strong_count(&gate) > CONNECTIONS {
            thread::sleep(Duration::from_millis(10));
        }
        let gate = gate.clone();
        let served = listener.accept().and_then(|(stream, _)| {
            thread::Builder::new().spawn(move || answer(&stream, application, &gate))
        });
        if let Err(problem) = served {
            eprintln!("Cannot serve a connection: {problem}.");
            thread::sleep(Duration::from_millis(100));
        }
    }
}
// ANCHOR_END: serve

// ANCHOR: answer
/// One connection, one request, one answer. Whatever the client sends after its request
/// is never looked at, so it cannot be taken for another request.
fn answer(mut stream: &TcpStream, application: Application, gate: &RwLock<()>) {
    // ANCHOR: call
    let mut incoming = Incoming::new(stream);
    let head = head::read(&mut incoming);
    let _begun = gate.read(); // from here on, Ctrl-C waits for us
    let request = head.and_then(|head| body::read(&mut incoming, head));
    let response = match request {
        Ok(request) => application(&request),
        Err(refusal) => refusal,
    };
    // ANCHOR_END: call

    // Where a result is thrown away (`let _`), the client has left: nobody is there to be told.
    let _ = stream.set_write_timeout(Some(Duration::from_secs(10)));
    let _ = stream.write_all(&to_bytes(&response, incoming.head_only));
    // Closed over unread bytes, a socket sends a reset, and a reset can destroy the
    // answer on its way. So we say that no more will come, and read what is left.
    let _ = stream.shutdown(Shutdown::Write);
    incoming.drain();
}
// ANCHOR_END: answer

// ANCHOR: to_bytes
/// The answer as it goes over the wire: status line, headers, blank line, body.
fn to_bytes(response: &Response, head_only: bool) -> Vec<u8> {
    let mut head = format!(
        "HTTP/1.1 {} {}\r\n",
        response.status,
        reason(response.status)
    );
    for (name, value) in &response.headers {
        // A line end in a value would let whoever chose the value write headers of their own.
        let value = value.replace(['\r', '\n'], " ");
        head += &format!("{name}: {value}\r\n");
    }
    let length = response.body.len();
    let date = httpdate::fmt_http_date(SystemTime::now());
    head += &format!("connection: close\r\ncontent-length: {length}\r\ndate: {date}\r\n\r\n");

    // ANCHOR: head_only
    let mut bytes = head.into_bytes();
    // The answer to HEAD is the head of the answer to GET.
    if !head_only {
        bytes.extend(&response.body);
    }
    // ANCHOR_END: head_only
    bytes
}
// ANCHOR_END: to_bytes

/// The words after the number are for people; programs read the number.
fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        400 => "Bad Request",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        413 => "Content Too Large",
        414 => "URI Too Long",
        417 => "Expectation Failed",
        431 => "Request Header Fields Too Large",
        501 => "Not Implemented",
        505 => "HTTP Version Not Supported",
        _ => "Other",
    }
}
