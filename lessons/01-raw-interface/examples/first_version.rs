//! The first version: a server on tiny_http, all in one piece.
//!
//! Run it with `cargo run -p lesson-01 --example first_version`.

#![forbid(unsafe_code)]

use std::env;
use std::error::Error;

use tiny_http::{Response, Server};

fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let port = env::var("PORT").unwrap_or("8000".into());
    let server = Server::http(format!("127.0.0.1:{port}"))?;
    println!("Listening on http://{}", server.server_addr());
    loop {
        let request = server.recv()?;
        request.respond(Response::from_string("Hello, World!"))?;
    }
}
