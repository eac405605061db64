//! The application of this lesson, unchanged, behind tiny_http, the smallest HTTP library.
//! It is here as a warning: `tests/requests/01-raw-interface/` records what it lets through.
//!
//! Run it with `cargo run -p lesson-01 --example on_tiny_http`, then open <http://127.0.0.1:8000/>.

#![forbid(unsafe_code)]

use std::io::Read;
use std::process::{self, ExitCode};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use lesson_01::application::{Request, Response, application};
use lesson_01::gateway;
use tiny_http::{Header, Server};

const BODY_LIMIT: u64 = 1024 * 1024;

fn main() -> ExitCode {
    let listener = gateway::bind();
    let server = listener.and_then(|listener| {
        Server::from_listener(listener, None).map_err(|error| error.to_string())
    });
    match server {
        Ok(server) => serve(Arc::new(server)),
        Err(problem) => {
            eprintln!("{problem}");
            return ExitCode::from(2);
        }
    }
    ExitCode::SUCCESS
}

// ANCHOR: serve
fn serve(server: Arc<Server>) {
    let closing = server.clone();
    ctrlc::set_handler(move || {
        closing.unblock(); // ends the loop below, and the scope waits for its threads
        thread::sleep(Duration::from_secs(10)); // tiny_http itself would wait for ever
        process::exit(0);
    })
    .expect("nobody else has set a handler");

    println!("Listening on http://{}", server.server_addr());
    thread::scope(|scope| {
        for request in server.incoming_requests() {
            scope.spawn(move || answer(request));
        }
    });
}
// ANCHOR_END: serve

// ANCHOR: answer
fn answer(mut incoming: tiny_http::Request) {
    let mut request = Request {
        method: incoming.method().to_string(),
        target: incoming.url().to_string(),
        headers: Vec::new(),
        body: Vec::new(),
    };
    for header in incoming.headers() {
        request
            .headers
            .push((header.field.to_string(), header.value.to_string()));
    }
    let mut body = incoming.as_reader().take(BODY_LIMIT + 1);
    let response = match body.read_to_end(&mut request.body) {
        Ok(_) if request.body.len() as u64 > BODY_LIMIT => {
            refuse(413, "The body is longer than 1 MiB.\n")
        }
        Ok(_) => application(&request),
        Err(_) => refuse(400, "The body is broken.\n"),
    };

    let mut outgoing =
        tiny_http::Response::from_data(response.body).with_status_code(response.status);
    for (name, value) in response.headers {
        outgoing.add_header(
            Header::from_bytes(name, value).expect("the application gives proper headers"),
        );
    }
    let _ = incoming.respond(outgoing);
}
// ANCHOR_END: answer

fn refuse(status: u16, why: &str) -> Response {
    Response {
        status,
        headers: Vec::new(),
        body: why.into(),
    }
}
