//! The second gateway, on a socket: one connection, one request, one answer.

use std::io::{self, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

use crate::head;
use crate::interface::{Application, Request, Response};

pub fn serve(listener: TcpListener, application: Application) -> anyhow::Result<()> {
    loop {
        let (stream, _) = listener.accept()?;
        thread::spawn(move || answer(&stream, application));
    }
}

/// An error means that the client has gone: there is no one left to tell.
fn answer(stream: &TcpStream, application: Application) -> io::Result<()> {
    match receive(stream) {
        Ok(request) => send(stream, &application(&request), request.method == "HEAD"),
        Err(problem) => send(stream, &bad_request(problem), false),
    }
}

fn receive(stream: &TcpStream) -> io::Result<Request> {
    let mut reader = BufReader::new(stream);
    let mut request = head::read(&mut reader)?;
    let length = body_length(&request)?;
    reader.take(length).read_to_end(&mut request.body)?;
    if (request.body.len() as u64) < length {
        return Err(io::Error::other("the body has broken off"));
    }
    Ok(request)
}

/// There must be one answer to where the body ends. Two of them are none.
fn body_length(request: &Request) -> io::Result<u64> {
    if request.values("transfer-encoding").next().is_some() {
        return Err(io::Error::other("this gateway reads no chunks"));
    }
    let lengths: Vec<&str> = request.values("content-length").collect();
    match lengths[..] {
        [] => Ok(0),
        [length] if length.bytes().all(|byte| byte.is_ascii_digit()) => {
            length.parse().map_err(io::Error::other)
        }
        _ => Err(io::Error::other("its length is not clear")),
    }
}

fn send(mut stream: &TcpStream, response: &Response, is_head: bool) -> io::Result<()> {
    let mut head = format!("HTTP/1.1 {} \r\n", response.status);
    for (name, value) in &response.headers {
        head += &format!("{name}: {value}\r\n");
    }
    let length = response.body.len();
    head += &format!("Content-Length: {length}\r\nConnection: close\r\n\r\n");
    stream.write_all(head.as_bytes())?;
    if !is_head {
        stream.write_all(&response.body)?;
    }
    Ok(())
}

fn bad_request(problem: io::Error) -> Response {
    Response {
        status: 400,
        headers: vec![("Content-Type".into(), "text/plain".into())],
        body: format!("The request cannot be read: {problem}.\n").into(),
    }
}
