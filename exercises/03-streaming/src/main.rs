//! # Exercise 03 · Streaming
//!
//! A tea house that calls out what is ready, to everyone who listens. It answers, and falls short:
//! `cargo course` says in what.
//!
//! Run it with `cargo run -p exercise-03`, then open <http://127.0.0.1:8000/> in two windows.
//!
//! | request | answer |
//! |---|---|
//! | `GET /` | a page that listens, and calls |
//! | `GET /calls` | what is called out, as server-sent events: an answer without an end |
//! | `POST /calls` | calls out its body, a text |
//! | `GET /places` | how many listen, and how many may |
//!
//! `PLACES` is how many may listen at a time.

#![forbid(unsafe_code)]

mod calls;
mod house;

use std::convert::Infallible;
use std::env;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::yield_now;
use tokio::time::{sleep, timeout};
use tokio::{select, signal};

use crate::calls::Calls;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let (places, listener) = match (places(), bind().await) {
        (Ok(places), Ok(listener)) => (places, listener),
        (Err(problem), _) | (_, Err(problem)) => {
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
    let calls = Arc::new(Calls::new(places, stopping.clone()));
    serve(listener, &calls, stopping).await;
    ExitCode::SUCCESS
}

/// How many may listen at a time, from `PLACES` (default 100).
fn places() -> Result<usize, String> {
    let places = env::var_os("PLACES").unwrap_or("100".into());
    let places = places.to_string_lossy();
    let number = places.parse().ok();
    number
        .filter(|number| (1..=100_000).contains(number))
        .ok_or_else(|| format!("PLACES must be a number from 1 to 100000, not {places:?}."))
}

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

/// Starts a task for each client, until Ctrl-C; then waits for these tasks to end.
async fn serve(listener: TcpListener, calls: &Arc<Calls>, mut stopping: watch::Receiver<bool>) {
    let clients = GracefulShutdown::new();
    loop {
        let accepted = select! {
            accepted = listener.accept() => accepted,
            _ = stopping.wait_for(|stopping| *stopping) => break,
        };
        match accepted {
            Ok((socket, _)) => {
                tokio::spawn(converse(socket, Arc::clone(calls), clients.watcher()));
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

/// The task of one client: hyper reads requests from its connection, calls `respond`, writes answers.
async fn converse(socket: TcpStream, calls: Arc<Calls>, watcher: Watcher) {
    let service = service_fn(|request| {
        let calls = Arc::clone(&calls);
        async move { Ok::<_, Infallible>(house::respond(request, &calls).await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(Duration::from_secs(10))
        .max_buf_size(64 * 1024)
        // A client that shuts its sending side counts as gone, and its answer is dropped.
        .half_close(false)
        .serve_connection(TokioIo::new(socket), service);
    // An error is a client that has left or has sent no HTTP: hyper has done what can be done.
    let _ = watcher.watch(connection).await;
}
