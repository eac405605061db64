//! The other side of the interface: a gateway. tiny_http reads and writes the HTTP; the gateway
//! makes a `Request` of what was sent, calls the application, and sends the `Response`.

use std::{env, io, process, thread};

use anyhow::{Context, anyhow};
use tiny_http::{Header, Server};

use crate::{Application, Request};

/// Serves the application until Ctrl-C.
pub fn serve(application: Application) -> anyhow::Result<()> {
    let port = port()?;
    let server = Server::http(("127.0.0.1", port))
        .map_err(|problem| anyhow!("Cannot listen on port {port}: {problem}"))?;
    ctrlc::set_handler(|| process::exit(0))?;
    println!("Listening on http://{}", server.server_addr());

    loop {
        let incoming = server.recv()?;
        // A thread of its own: a client that is slow to send its body keeps nobody else waiting.
        thread::spawn(move || answer(incoming, application));
    }
}

/// The port in `PORT`, or 8000. With 0, the system picks a free one.
pub fn port() -> anyhow::Result<u16> {
    let port = env::var("PORT").unwrap_or("8000".into());
    let number = port.parse().ok();
    number.with_context(|| format!("PORT must be a port number from 0 to 65535, not {port:?}"))
}

/// tiny_http's request becomes ours, our response becomes tiny_http's. Between them is the call.
/// An error means that the client has gone: there is nobody left to tell.
fn answer(mut incoming: tiny_http::Request, application: Application) -> io::Result<()> {
    let mut body = Vec::new();
    if let Err(problem) = incoming.as_reader().read_to_end(&mut body) {
        let refusal = tiny_http::Response::from_string(format!("Bad body: {problem}\n"));
        return incoming.respond(refusal.with_status_code(400));
    }
    let headers = incoming.headers().iter();
    let request = Request {
        method: incoming.method().to_string(),
        target: incoming.url().to_string(),
        headers: headers
            .map(|header| (header.field.to_string(), header.value.to_string()))
            .collect(),
        body,
    };

    let response = application(&request);

    let mut outgoing =
        tiny_http::Response::from_data(response.body).with_status_code(response.status);
    for (name, value) in response.headers {
        let header = Header::from_bytes(name, value);
        outgoing.add_header(header.expect("an application sends ASCII in its headers"));
    }
    incoming.respond(outgoing)
}
