//! The plumbing: a port to listen on, a task for each client, and Ctrl-C.

use std::env;
use std::time::Duration;

use anyhow::Context;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;
use tokio::sync::watch::{self, Receiver};
use tokio::time::{sleep, timeout};
use tokio::{select, signal};

use crate::{Clock, respond};

/// Serves clients until Ctrl-C, on the port in `PORT` (default 8000; 0 picks a free one).
pub async fn serve() -> anyhow::Result<()> {
    let port = port()?;
    let listener = TcpListener::bind(("127.0.0.1", port)).await;
    let listener = listener.with_context(|| format!("Cannot listen on port {port}"))?;
    println!("Listening on http://{}", listener.local_addr()?);

    let (stop, stopping) = watch::channel(false);
    let clients = GracefulShutdown::new();
    select! {
        never = accept(listener, &clients, stopping) => never,
        _ = signal::ctrl_c() => {}
    }
    stop.send_replace(true);
    // A client that does not read would keep us here forever.
    let _ = timeout(Duration::from_secs(5), clients.shutdown()).await;
    Ok(())
}

/// Starts a task for each client.
async fn accept(listener: TcpListener, clients: &GracefulShutdown, stopping: Receiver<bool>) -> ! {
    loop {
        let Ok((socket, client)) = listener.accept().await else {
            sleep(Duration::from_millis(100)).await; // too many open files, most often
            continue;
        };
        let stopping = stopping.clone();
        let service =
            service_fn(move |request| respond(request, Clock::new(client, stopping.clone())));
        let connection = http1::Builder::new()
            .timer(TokioTimer::new()) // with it, hyper gives a client 30 seconds to send a head
            .serve_connection(TokioIo::new(socket), service);
        tokio::spawn(clients.watch(connection));
    }
}

fn port() -> anyhow::Result<u16> {
    let port = env::var("PORT").unwrap_or("8000".into());
    let number = port.parse().ok();
    number.with_context(|| format!("PORT must be a port number from 0 to 65535, not {port:?}"))
}
