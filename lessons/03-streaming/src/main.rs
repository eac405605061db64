//! Lesson 03: a clock whose answer never ends, told to thousands of clients at once by one thread.
//!
//! Run it with `cargo run -p lesson-03`, then ask it with `curl -N http://127.0.0.1:8000/`.
//!
//! | request | answer |
//! |---|---|
//! | GET `/events` | the time, once a second, as server-sent events |
//! | GET `/watch` | a page that shows these events |
//! | all others | the time, once a second, as lines of text |

#![forbid(unsafe_code)]

mod clock;

use std::convert::Infallible;
use std::env;
use std::future::ready;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;

use clock::Clock;
use futures_util::stream::unfold;
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::{Bytes, Frame, Incoming};
use hyper::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::yield_now;
use tokio::time::{sleep, timeout};
use tokio::{select, signal};

/// A body that may be long finished or may never end; it cannot fail.
type Body = BoxBody<Bytes, Infallible>;

// ANCHOR: main
// "current_thread": one thread for all clients. By default tokio starts one for each processor core.
#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let listener = match bind().await {
        Ok(listener) => listener,
        Err(problem) => {
            eprintln!("{problem}");
            return ExitCode::from(2);
        }
    };
    let address = listener
        .local_addr()
        .expect("a bound listener has an address");

    let (stop, stopping) = watch::channel(false);
    tokio::spawn(async move {
        let _ = signal::ctrl_c().await;
        stop.send_replace(true);
    });
    // The new task catches Ctrl-C once it runs: let it, before anybody is told to use the server.
    yield_now().await;

    println!("Listening on http://{address}");
    serve(listener, stopping).await;
    ExitCode::SUCCESS
}
// ANCHOR_END: main

/// Opens the port in `PORT` (default 8000; 0 lets the system choose) on this machine only.
async fn bind() -> Result<TcpListener, String> {
    let port = env::var_os("PORT").unwrap_or("8000".into());
    let port = port.to_string_lossy();
    let number: u16 = port
        .parse()
        .map_err(|_| format!("PORT must be a number from 0 to 65535, not {port:?}."))?;
    TcpListener::bind(("127.0.0.1", number)).await.map_err(|error| {
        format!("Cannot listen on port {number}: {error}. Stop the other server, or set PORT to another number.")
    })
}

// ANCHOR: serve
/// Starts a task for each client, until Ctrl-C; then waits for these tasks to end.
async fn serve(listener: TcpListener, mut stopping: watch::Receiver<bool>) {
    let clients = GracefulShutdown::new();
    loop {
        let accepted = select! {
            accepted = listener.accept() => accepted,
            _ = stopping.wait_for(|stopping| *stopping) => break,
        };
        match accepted {
            Ok((socket, client)) => {
                let conversation = converse(socket, client, stopping.clone(), clients.watcher());
                tokio::spawn(conversation);
            }
            // Most often: too many open files. The client stays in the queue, so accept would fail
            // again at once: without the pause, this loop would keep the thread for itself.
            Err(problem) => {
                eprintln!("Cannot accept a client: {problem}.");
                sleep(Duration::from_millis(100)).await;
            }
        }
    }
    drop(listener);
    // A client that does not read would keep us here for ever.
    let _ = timeout(Duration::from_secs(5), clients.shutdown()).await;
}
// ANCHOR_END: serve

// ANCHOR: converse
/// The task of one client: hyper reads requests from its connection, calls `respond`, writes answers.
async fn converse(
    socket: TcpStream,
    client: SocketAddr,
    stopping: watch::Receiver<bool>,
    watcher: Watcher,
) {
    let service = service_fn(|request| {
        let clock = Clock::new(client, stopping.clone());
        ready(Ok::<_, Infallible>(respond(&request, clock)))
    });
    let connection = http1::Builder::new()
        // hyper brings no timer of its own, and sets no limit without one.
        .timer(TokioTimer::new())
        .header_read_timeout(Duration::from_secs(10))
        // Lines that the client does not read wait here, 64 KB of them at most. Then hyper asks
        // the clock for no more until there is room again.
        .max_buf_size(64 * 1024)
        // A client that shuts its sending side counts as gone. It could still be reading, but a
        // client that has left looks the same, and an endless answer would go on for nobody.
        .half_close(false)
        .serve_connection(TokioIo::new(socket), service);
    // An error is a client that has left or has sent no HTTP: hyper has done what can be done.
    let _ = watcher.watch(connection).await;
}
// ANCHOR_END: converse

// ANCHOR: respond
fn respond(request: &Request<Incoming>, clock: Clock) -> Response<Body> {
    let reading = matches!(*request.method(), Method::GET | Method::HEAD);
    // ANCHOR: paths
    match request.uri().path() {
        "/watch" if reading => page(),
        "/events" if reading => events(clock),
        _ => lines(clock),
    }
    // ANCHOR_END: paths
}

/// Every path, every method: the time as text, a line a second.
fn lines(clock: Clock) -> Response<Body> {
    response("text/plain", stream(clock, |time| format!("{time}\n")))
}

// ANCHOR: events
/// The same as server-sent events, which a page reads with `EventSource`.
fn events(clock: Clock) -> Response<Body> {
    let body = stream(clock, |time| format!("data: {time}\n\n"));
    let mut response = response("text/event-stream", body);
    let no_store = HeaderValue::from_static("no-store");
    response.headers_mut().insert(CACHE_CONTROL, no_store);
    response
}
// ANCHOR_END: events

fn page() -> Response<Body> {
    let page = Full::from(include_str!("watch.html"));
    response("text/html; charset=utf-8", page.boxed())
}
// ANCHOR_END: respond

fn response(content_type: &'static str, body: Body) -> Response<Body> {
    let content_type = HeaderValue::from_static(content_type);
    let mut response = Response::new(body);
    response.headers_mut().insert(CONTENT_TYPE, content_type);
    response
}

// ANCHOR: stream
/// A body that gets its next frame from the clock. hyper sends each frame as a chunk of its own.
///
/// `unfold` does nothing until hyper asks for a frame, and hyper asks only while it has room.
// ANCHOR: unfold
fn stream(clock: Clock, format: fn(String) -> String) -> Body {
    let frames = unfold(clock, move |mut clock| async move {
        let text = format(clock.tell().await?);
        Some((Ok(Frame::data(Bytes::from(text))), clock))
    });
    StreamBody::new(frames).boxed()
}
// ANCHOR_END: unfold
// ANCHOR_END: stream
