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
        .map_err(|why| anyhow!("Cannot listen on port {port}: {why}"))?;
    ctrlc::set_handler(|| process::exit(0))?;
    println!("Listening on http://{}", server.server_addr());

    loop {
        let incoming = server.recv()?;
        // A body that is slow to come keeps no other client waiting.
        thread::spawn(move || answer(incoming, application));
    }
}

/// The port in `PORT`, or 8000. With 0, the system picks a free one.
pub fn port() -> anyhow::Result<u16> {
    let port = env::var("PORT").unwrap_or("8000".into());
    let number = port.parse().ok();
    number.with_context(|| format!("PORT must be a port number from 0 to 65535, not {port:?}"))
}

fn answer(mut incoming: tiny_http::Request, application: Application) {
    let response = match receive(&mut incoming) {
        Ok(request) => application(&request),
        Err(problem) => bad_request(problem),
    };
    send(incoming, response);
}

/// tiny_http's request becomes ours.
fn receive(incoming: &mut tiny_http::Request) -> io::Result<Request> {
    let mut body = Vec::new();
    incoming.as_reader().read_to_end(&mut body)?;
    let mut headers = Vec::new();
    for Header { field, value } in incoming.headers() {
        headers.push((field.to_string(), value.to_string()));
    }
    Ok(Request {
        method: incoming.method().to_string(),
        target: incoming.url().to_string(),
        headers,
        body,
    })
}

/// Our response becomes tiny_http's.
fn send(incoming: tiny_http::Request, response: Response) {
    let outgoing = tiny_http::Response::from_data(response.body);
    let mut outgoing = outgoing.with_status_code(response.status);
    for (name, value) in response.headers {
        let header = Header::from_bytes(name, value);
        outgoing.add_header(header.expect("headers are ASCII"));
    }
    // An error means that the client has gone: nobody is left to tell.
    let _ = incoming.respond(outgoing);
}

fn bad_request(problem: io::Error) -> Response {
    Response {
        status: 400,
        headers: vec![("Content-Type".into(), "text/plain".into())],
        body: format!("The body cannot be read: {problem}\n").into(),
    }
}
