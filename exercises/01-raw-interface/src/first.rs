//! The first gateway, on tiny_http.

use std::io;
use std::net::TcpListener;

use tiny_http::{Header, Server};

use crate::interface::{Application, Request};

pub fn serve(listener: TcpListener, application: Application) -> anyhow::Result<()> {
    let server = Server::from_listener(listener, None).map_err(anyhow::Error::from_boxed)?;
    loop {
        let _ = answer(server.recv()?, application);
    }
}

/// An error means that the client has gone: there is no one left to tell.
fn answer(incoming: tiny_http::Request, application: Application) -> io::Result<()> {
    let mut headers = Vec::new();
    for Header { field, value } in incoming.headers() {
        headers.push((field.to_string(), value.to_string()));
    }
    let request = Request {
        method: incoming.method().to_string(),
        target: incoming.url().to_string(),
        headers,
        body: Vec::new(),
    };
    let response = application(&request);
    let outgoing = tiny_http::Response::from_data(response.body);
    incoming.respond(outgoing.with_status_code(response.status))
}
