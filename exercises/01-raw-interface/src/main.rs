//! # Exercise 01 · The raw interface
//!
//! One application, two gateways. It answers, but it falls short: `cargo course` says how.
//!
//! Run it with `cargo run -p exercise-01`, then open <http://127.0.0.1:8000/>. With `GATEWAY=by_hand` in the
//! environment, the second gateway serves.
//!
//! | request | answer |
//! |---|---|
//! | `/` | a greeting for the client |
//! | any other path | what was asked; 201 for a POST |

#![forbid(unsafe_code)]

mod application;
mod first;
mod head;
mod interface;
mod second;

use std::net::TcpListener;
use std::{env, process};

use anyhow::Context;
use application::application;

fn main() {
    if let Err(problem) = serve() {
        eprintln!("{problem:#}");
        process::exit(2);
    }
}

fn serve() -> anyhow::Result<()> {
    let port = port()?;
    let listener = TcpListener::bind(("127.0.0.1", port));
    let listener = listener.with_context(|| format!("Cannot listen on port {port}"))?;
    ctrlc::set_handler(|| process::exit(0))?;
    println!("Listening on http://{}", listener.local_addr()?);

    match env::var("GATEWAY").as_deref() {
        Ok("by_hand") => second::serve(listener, application),
        _ => first::serve(listener, application),
    }
}

/// The port in `PORT`, or 8000. With 0, the system picks a free one.
fn port() -> anyhow::Result<u16> {
    let port = env::var("PORT").unwrap_or("8000".into());
    let number = port.parse().ok();
    number.with_context(|| format!("PORT must be a port number from 0 to 65535, not {port:?}"))
}
