//! Another application: it answers with what it was given. tiny_http calls it, or hyper where
//! `GATEWAY=hyper` says so.
//!
//! Run it with `cargo run -p lesson-01 --example echo`.

#![forbid(unsafe_code)]

use std::env;

use lesson_01::{Request, Response, gateway};
use tokio::runtime::Runtime;

#[path = "on_hyper.rs"]
#[allow(dead_code)] // its main is not needed here
mod on_hyper;

fn main() {
    let served = match env::var("GATEWAY").as_deref() {
        Ok("hyper") => Runtime::new()
            .expect("a runtime starts")
            .block_on(on_hyper::serve(echo)),
        _ => gateway::serve(echo),
    };
    if let Err(problem) = served {
        eprintln!("{problem:#}");
        std::process::exit(2);
    }
}

fn echo(request: &Request) -> Response {
    let mut told = format!("method {}\n", request.method);
    told += &format!("target {}\n", request.target);
    for (name, value) in &request.headers {
        told += &format!("header {name}: {value}\n");
    }
    let body = String::from_utf8_lossy(&request.body);
    told += &format!("body {body:?}\n");
    let plain = "text/plain; charset=utf-8";
    Response {
        status: 200,
        headers: vec![("Content-Type".into(), plain.into())],
        body: told.into(),
    }
}
