//! The second gateway, on a socket: one connection, one request, one answer.

use std::io::{self, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

use crate::head;
use crate::interface::Application;

pub fn serve(listener: TcpListener, application: Application) -> anyhow::Result<()> {
    loop {
        let (stream, _) = listener.accept()?;
        thread::spawn(move || answer(&stream, application));
    }
}

/// An error means that the client has gone: there is no one left to tell.
fn answer(mut stream: &TcpStream, _application: Application) -> io::Result<()> {
    let _request = head::read(&mut BufReader::new(stream));
    stream.write_all(b"HTTP/1.1 501 Not Implemented\r\nContent-Length: 0\r\n\r\n")
}
