//! The gateway of the lesson, for pages that look at method and target only. Nothing is to be done here.

use std::{env, io, process, thread};

use anyhow::{Context, anyhow};
use tiny_http::{Header, Server};

use crate::application::{Request, Response};

pub type Application = fn(&Request) -> Response;

/// Serves the application until Ctrl-C.
pub fn serve(application: Application) -> anyhow::Result<()> {
    let port = port()?;
    let server = Server::http(("127.0.0.1", port))
        .map_err(|problem| anyhow!("Cannot listen on port {port}: {problem}"))?;
    ctrlc::set_handler(|| process::exit(0))?;
    println!("Listening on http://{}", server.server_addr());

    loop {
        let incoming = server.recv()?;
        thread::spawn(move || answer(incoming, application));
    }
}

/// The port in `PORT`, or 8000. With 0, the system picks a free one.
fn port() -> anyhow::Result<u16> {
    let port = env::var("PORT").unwrap_or("8000".into());
    let number = port.parse().ok();
    number.with_context(|| format!("PORT must be a port number from 0 to 65535, not {port:?}"))
}

fn answer(incoming: tiny_http::Request, application: Application) -> io::Result<()> {
    let response = application(&Request {
        method: incoming.method().to_string(),
        target: incoming.url().to_string(),
    });
    let outgoing = tiny_http::Response::from_string(response.body);
    let mut outgoing = outgoing.with_status_code(response.status);
    for (name, value) in response.headers {
        let header = Header::from_bytes(name, value);
        outgoing.add_header(header.expect("the application gives proper headers"));
    }
    incoming.respond(outgoing)
}
