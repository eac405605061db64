//! The first version: the same page for everyone, one client after the other.
//!
//! Run it with `cargo run -p lesson-00 --example one_page`, then open <http://127.0.0.1:8000/>.

#![forbid(unsafe_code)]

use std::env;
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};

fn answer(mut stream: &TcpStream) -> io::Result<()> {
    let mut bytes = [0; 1024];
    let count = stream.read(&mut bytes)?;
    eprint!("{}", String::from_utf8_lossy(&bytes[..count]));
    stream.write_all(
        b"HTTP/1.1 200 OK\r\n\
          Content-Length: 14\r\n\
          Connection: close\r\n\
          \r\n\
          Hello, World!\n",
    )
}

fn main() -> io::Result<()> {
    let port = env::var("PORT").unwrap_or("8000".into());
    let listener = TcpListener::bind(format!("127.0.0.1:{port}"))?;
    println!("Listening on http://{}", listener.local_addr()?);

    for stream in listener.incoming() {
        answer(&stream?)?;
    }
    Ok(())
}
