//! The first gateway, on tiny_http.

use std::io;
use std::net::TcpListener;
use std::thread;

use tiny_http::{Header, Server};

use crate::interface::{Application, Request};

pub fn serve(listener: TcpListener, application: Application) -> anyhow::Result<()> {
    let server = Server::from_listener(listener, None).map_err(anyhow::Error::from_boxed)?;
    loop {
        let incoming = server.recv()?;
        thread::spawn(move || answer(incoming, application));
    }
}

/// An error means that the client has gone: there is no one left to tell.
fn answer(mut incoming: tiny_http::Request, application: Application) -> io::Result<()> {
    let mut body = Vec::new();
    if incoming.as_reader().read_to_end(&mut body).is_err() {
        let refusal = tiny_http::Response::from_string("The body cannot be read.\n");
        return incoming.respond(refusal.with_status_code(400));
    }
    let mut headers = Vec::new();
    for Header { field, value } in incoming.headers() {
        headers.push((field.to_string(), value.to_string()));
    }
    let request = Request {
        method: incoming.method().to_string(),
        target: incoming.url().to_string(),
        headers,
        body,
    };
    let response = application(&request);
    let outgoing = tiny_http::Response::from_data(response.body);
    let mut outgoing = outgoing.with_status_code(response.status);
    for (name, value) in response.headers {
        let header = Header::from_bytes(name, value);
        outgoing.add_header(header.expect("headers are ASCII"));
    }
    incoming.respond(outgoing)
}
