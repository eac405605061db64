//! The application of this lesson, unchanged, behind a second gateway: hyper, the HTTP
//! library under most of Rust's frameworks.
//!
//! Run it with `cargo run -p lesson-01 --example on_hyper`, then open <http://127.0.0.1:8000/>.

#![forbid(unsafe_code)]

use std::convert::Infallible;
use std::pin::pin;
use std::process::ExitCode;
use std::time::Duration;

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use lesson_01::application::{Request, Response, application};
use lesson_01::gateway;
use tokio::net::TcpListener;
use tokio::time::timeout;

const PATIENCE: Duration = Duration::from_secs(10);
const BODY_LIMIT: usize = 1024 * 1024;

#[tokio::main]
async fn main() -> ExitCode {
    let listener = gateway::bind().and_then(|listener| {
        listener
            .set_nonblocking(true)
            .map_err(|error| error.to_string())?;
        TcpListener::from_std(listener).map_err(|error| error.to_string())
    });
    match listener {
        Ok(listener) => {
            serve(listener).await;
            ExitCode::SUCCESS
        }
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::from(2)
        }
    }
}

// ANCHOR: serve
/// Serves until Ctrl-C. A task for each connection; hyper reads and writes.
async fn serve(listener: TcpListener) {
    let address = listener.local_addr().expect("a bound port has an address");
    println!("Listening on http://{address}");
    let graceful = GracefulShutdown::new();
    let mut ctrl_c = pin!(tokio::signal::ctrl_c());
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = &mut ctrl_c => break,
        };
        let Ok((stream, _)) = accepted.inspect_err(|problem| eprintln!("{problem}")) else {
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        };
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(PATIENCE)
            .keep_alive(false)
            .half_close(true)
            .serve_connection(TokioIo::new(stream), service_fn(answer));
        // An error here means that the client has left or did not speak HTTP.
        tokio::spawn(graceful.watch(connection));
    }
    graceful.shutdown().await;
}
// ANCHOR_END: serve

// ANCHOR: answer
/// hyper's request becomes ours, our response becomes hyper's. Between the two stands the call.
async fn answer(
    request: hyper::Request<Incoming>,
) -> Result<hyper::Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let body = match timeout(PATIENCE, Limited::new(body, BODY_LIMIT).collect()).await {
        Ok(Ok(body)) => body.to_bytes().to_vec(),
        Ok(Err(_)) => return Ok(refuse(413, "The body is broken, or longer than 1 MiB.\n")),
        Err(_) => return Ok(refuse(408, "The body took longer than 10 seconds.\n")),
    };
    // ANCHOR: translate
    let mut request = Request {
        method: head.method.to_string(),
        target: head
            .uri
            .path_and_query()
            .map_or("/", |target| target.as_str())
            .to_string(),
        headers: Vec::new(),
        body,
    };
    // ANCHOR_END: translate
    for (name, value) in &head.headers {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        request.headers.push((name.to_string(), value));
    }

    // ANCHOR: call
    let Response {
        status,
        headers,
        body,
    } = application(&request);

    let mut response = hyper::Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(name, value);
    }
    let response = response.body(Full::from(body));
    // ANCHOR_END: call
    Ok(response.expect("the application gives proper headers"))
}
// ANCHOR_END: answer

fn refuse(status: u16, why: &'static str) -> hyper::Response<Full<Bytes>> {
    let mut response = hyper::Response::new(Full::from(why));
    *response.status_mut() = status.try_into().expect("the status is one of ours");
    response
}
