//! The clock with the standard library alone, and a thread for each client: nobody waits for
//! another. Run it with `cargo run -p lesson-03 --example threaded_clock`.
//!
//! Ctrl-C ends it at once: the standard library knows no signals.

#![forbid(unsafe_code)]

use std::env;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::process::ExitCode;
use std::thread::{self, sleep};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

fn main() -> ExitCode {
    let listener = match bind() {
        Ok(listener) => listener,
        Err(problem) => {
            eprintln!("{problem}");
            return ExitCode::from(2);
        }
    };
    let address = listener
        .local_addr()
        .expect("a bound listener has an address");
    println!("Listening on http://{address}");
    serve(&listener)
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
fn serve(listener: &TcpListener) -> ! {
    loop {
        // `thread::spawn` would panic when the system has no thread left; this gives an error.
        let served = listener
            .accept()
            .and_then(|(client, _)| thread::Builder::new().spawn(|| tell(client)));
        // Too many open files, too many threads: wait until some client has left.
        if let Err(problem) = served {
            eprintln!("Cannot serve a client: {problem}.");
            sleep(Duration::from_millis(100));
        }
    }
}
// ANCHOR_END: serve

// ANCHOR: tell
/// Tells one client the time, a chunk a second, until a write fails: then the client has left.
fn tell(mut client: TcpStream) -> io::Result<()> {
    // The head of the request ends with an empty line. What it asks for makes no difference here.
    for line in BufReader::new(&client).lines() {
        if line?.is_empty() {
            break;
        }
    }
    client.write_all(
        b"HTTP/1.1 200 OK\r\n\
        Content-Type: text/plain\r\n\
        Transfer-Encoding: chunked\r\n\
        \r\n",
    )?;
    // ANCHOR: chunk
    loop {
        // A chunk: its length in bytes as a hexadecimal number, its bytes,
        // a line end after each.
        let line = now();
        let chunk = format!("{:x}\r\n{line}\r\n", line.len());
        client.write_all(chunk.as_bytes())?;
        sleep(Duration::from_secs(1));
    }
    // ANCHOR_END: chunk
}
// ANCHOR_END: tell

/// The time of day in UTC, and a line end.
fn now() -> String {
    let since_1970 = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let unix = since_1970.as_secs();
    let (hours, minutes, seconds) = (unix / 3600 % 24, unix / 60 % 60, unix % 60);
    format!("{hours:02}:{minutes:02}:{seconds:02}\n")
}
