//! The clock on one thread: while one client listens, all others wait.
//! Run it with `cargo run -p lesson-03 --example blocking_clock`.

#![forbid(unsafe_code)]

use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::thread::sleep;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::Context;

fn main() {
    if let Err(problem) = serve() {
        eprintln!("{problem:#}");
        std::process::exit(2);
    }
}

fn serve() -> anyhow::Result<()> {
    let port = std::env::var("PORT").unwrap_or("8000".into());
    let listener = TcpListener::bind(format!("127.0.0.1:{port}"));
    let listener = listener.with_context(|| format!("Cannot listen on port {port}"))?;
    println!("Listening on http://{}", listener.local_addr()?);
    // ANCHOR: one_by_one
    loop {
        let (client, _) = listener.accept()?;
        let gone = tell(client);
        eprintln!("Next, please. The last client: {gone:?}.");
    }
    // ANCHOR_END: one_by_one
}

const HEAD: &[u8] = b"HTTP/1.1 200 OK\r\n\
    Content-Type: text/plain\r\n\
    Transfer-Encoding: chunked\r\n\
    \r\n";

/// Tells one client the time, a chunk each second, until a write fails: then the client has left.
fn tell(mut client: TcpStream) -> io::Result<()> {
    // The head of a request ends with an empty line. This clock answers all requests alike.
    for line in BufReader::new(&client).lines() {
        if line?.is_empty() {
            break;
        }
    }
    client.write_all(HEAD)?;
    // ANCHOR: chunk
    loop {
        let line = format!("{}\n", now());
        let chunk = format!("{:x}\r\n{line}\r\n", line.len());
        client.write_all(chunk.as_bytes())?;
        sleep(Duration::from_secs(1));
    }
    // ANCHOR_END: chunk
}

/// The time of day in UTC.
fn now() -> String {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH);
    let seconds = since_1970.unwrap_or_default().as_secs();
    let (hours, minutes) = (seconds / 3600 % 24, seconds / 60 % 60);
    format!("{hours:02}:{minutes:02}:{:02}", seconds % 60)
}
