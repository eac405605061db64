//! The first version: the pages are told apart by the whole target.
//!
//! Run it with `cargo run -p lesson-02 --example first_routes`.

#![forbid(unsafe_code)]

use lesson_02::{Request, Response, gateway};

fn application(request: &Request) -> Response {
    match request.target.as_str() {
        "/" => text(200, "The form will be here."),
        "/hello" => text(200, "Hello, World!"),
        _ => text(404, "There is no such page."),
    }
}

fn text(status: u16, words: &str) -> Response {
    Response {
        status,
        headers: vec![("Content-Type".into(), "text/plain".into())],
        body: words.into(),
    }
}

fn main() {
    if let Err(problem) = gateway::serve(application) {
        eprintln!("{problem:#}");
        std::process::exit(2);
    }
}
