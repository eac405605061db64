//! The application of this lesson behind a second gateway: hyper, the HTTP library under most of
//! Rust's web frameworks.
//!
//! Run it with `cargo run -p lesson-01 --example on_hyper`, then open <http://127.0.0.1:8000/>.

#![forbid(unsafe_code)]

use std::time::Duration;

use anyhow::Context;
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use lesson_01::application::application;
use lesson_01::{Application, Request, Response, gateway};
use tokio::net::TcpListener;
use tokio::{signal, time};

#[tokio::main]
async fn main() {
    if let Err(problem) = serve(application).await {
        eprintln!("{problem:#}");
        std::process::exit(2);
    }
}

/// Serves the application until Ctrl-C.
pub async fn serve(application: Application) -> anyhow::Result<()> {
    let port = gateway::port()?;
    let listener = TcpListener::bind(("127.0.0.1", port)).await;
    let listener = listener.with_context(|| format!("Cannot listen on port {port}"))?;
    println!("Listening on http://{}", listener.local_addr()?);

    tokio::select! {
        () = accept(listener, application) => Ok(()),
        ctrl_c = signal::ctrl_c() => Ok(ctrl_c?),
    }
}

async fn accept(listener: TcpListener, application: Application) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            time::sleep(Duration::from_millis(100)).await; // too many open files, most often
            continue;
        };
        let service = service_fn(move |incoming| answer(incoming, application));
        let connection = http1::Builder::new()
            .timer(TokioTimer::new()) // with it, hyper gives a client 30 seconds to send a head
            .half_close(true) // a client that has stopped sending still gets its answer
            .serve_connection(TokioIo::new(stream), service);
        tokio::spawn(connection);
    }
}

async fn answer(
    incoming: hyper::Request<Incoming>,
    application: Application,
) -> hyper::http::Result<Outgoing> {
    let response = match receive(incoming).await {
        Ok(request) => application(&request),
        Err(problem) => bad_request(problem),
    };
    send(response)
}

/// hyper's request becomes ours.
async fn receive(incoming: hyper::Request<Incoming>) -> hyper::Result<Request> {
    let (head, body) = incoming.into_parts();
    let mut headers = Vec::new();
    for (name, value) in &head.headers {
        let value = String::from_utf8_lossy(value.as_bytes());
        headers.push((name.to_string(), value.into_owned()));
    }
    Ok(Request {
        method: head.method.to_string(),
        target: head.uri.to_string(),
        headers,
        body: body.collect().await?.to_bytes().into(),
    })
}

type Outgoing = hyper::Response<Full<Bytes>>;

/// Our response becomes hyper's.
fn send(response: Response) -> hyper::http::Result<Outgoing> {
    let mut outgoing = hyper::Response::builder();
    outgoing = outgoing.status(response.status);
    for (name, value) in response.headers {
        outgoing = outgoing.header(name, value);
    }
    outgoing.body(Full::from(response.body))
}

fn bad_request(problem: hyper::Error) -> Response {
    Response {
        status: 400,
        headers: vec![("Content-Type".into(), "text/plain".into())],
        body: format!("The body cannot be read: {problem}\n").into(),
    }
}
