//! The plumbing: a port to listen on, a task for each client, and Ctrl-C.

use std::env;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};
use tokio::{select, signal};

use crate::calls::Calls;
use crate::respond;

/// Serves clients until Ctrl-C, on the port in `PORT` (default 8000; 0 picks a free one).
pub async fn serve() -> anyhow::Result<()> {
    let places = places()?;
    let port = port()?;
    let listener = TcpListener::bind(("127.0.0.1", port)).await;
    let listener = listener.with_context(|| format!("Cannot listen on port {port}"))?;
    println!("Listening on http://{}", listener.local_addr()?);

    let (stop, stopping) = watch::channel(false);
    let calls = Arc::new(Calls::new(places, stopping));
    let clients = GracefulShutdown::new();
    select! {
        never = accept(listener, &clients, &calls) => never,
        _ = signal::ctrl_c() => {}
    }
    stop.send_replace(true);
    // A client that does not read would keep us here forever.
    let _ = timeout(Duration::from_secs(5), clients.shutdown()).await;
    Ok(())
}

/// Starts a task for each client.
async fn accept(listener: TcpListener, clients: &GracefulShutdown, calls: &Arc<Calls>) -> ! {
    loop {
        let Ok((socket, _)) = listener.accept().await else {
            sleep(Duration::from_millis(100)).await; // too many open files, most often
            continue;
        };
        let calls = Arc::clone(calls);
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .serve_connection(
                TokioIo::new(socket),
                service_fn(move |request| respond(request, Arc::clone(&calls))),
            );
        tokio::spawn(clients.watch(connection));
    }
}

fn port() -> anyhow::Result<u16> {
    let port = env::var("PORT").unwrap_or("8000".into());
    let number = port.parse().ok();
    number.with_context(|| format!("PORT must be a port number from 0 to 65535, not {port:?}"))
}

/// How many may listen at a time.
fn places() -> anyhow::Result<usize> {
    let places = env::var("PLACES").unwrap_or("100".into());
    let number: Option<u16> = places.parse().ok();
    let number =
        number.with_context(|| format!("PLACES must be a number from 0 to 65535, not {places:?}"));
    Ok(number?.into())
}
