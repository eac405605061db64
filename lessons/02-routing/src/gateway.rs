//! The other side of the interface: a gateway. tiny_http reads and writes the HTTP; the gateway
//! makes a `Request` of what it read, calls the application, and hands the `Response` back.

use std::{env, io, process, thread};

use anyhow::{Context, anyhow};
use tiny_http::{Header, Server};

use crate::{Application, Request, Response};

/// Serves the application until Ctrl-C.
pub fn serve(application: Application) -> anyhow::Result<()> {
    let port = port()?;
    let server = Server::http(("127.0.0.1", port))
        .map_err(|problem| anyhow!("Cannot listen on port {port}: {problem}"))?;
    ctrlc::set_handler(|| process::exit(0))?;
    println!("Listening on http://{}", server.server_addr());

    loop {
        let incoming = server.recv()?;
        // In a thread of its own, a body that is slow to come keeps no other client waiting.
        thread::spawn(move || answer(incoming, application));
    }
}

/// The port in `PORT`, or 8000. With 0, the system picks a free one.
pub fn port() -> anyhow::Result<u16> {
    let port = env::var("PORT").unwrap_or("8000".into());
    let number = port.parse().ok();
    number.with_context(|| format!("PORT must be a port number from 0 to 65535, not {port:?}"))
}

fn answer(mut incoming: tiny_http::Request, application: Application) -> io::Result<()> {
    let response = match receive(&mut incoming) {
        Ok(request) => application(&request),
        Err(problem) => bad_request(problem),
    };
    send(incoming, response)
}

/// tiny_http's request becomes ours.
fn receive(incoming: &mut tiny_http::Request) -> io::Result<Request> {
    let mut body = Vec::new();
    incoming.as_reader().read_to_end(&mut body)?;
    let headers = incoming.headers().iter();
    Ok(Request {
        method: incoming.method().to_string(),
        target: incoming.url().to_string(),
        headers: headers
            .map(|header| (header.field.to_string(), header.value.to_string()))
            .collect(),
        body,
    })
}

/// Our response becomes tiny_http's, which adds what belongs to the wire: length, date, and so on.
fn send(incoming: tiny_http::Request, response: Response) -> io::Result<()> {
    let outgoing = tiny_http::Response::from_data(response.body);
    let mut outgoing = outgoing.with_status_code(response.status);
    for (name, value) in response.headers {
        let header = Header::from_bytes(name, value);
        outgoing.add_header(header.expect("the application gives proper headers"));
    }
    incoming.respond(outgoing)
}

fn bad_request(problem: io::Error) -> Response {
    Response {
        status: 400,
        headers: vec![("Content-Type".into(), "text/plain".into())],
        body: format!("The body cannot be read: {problem}\n").into(),
    }
}
