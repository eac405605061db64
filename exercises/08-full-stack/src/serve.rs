//! The plumbing: a port to listen on, and Ctrl-C.

use std::env;
use std::time::Duration;

use anyhow::Context;
use axum::Router;
use tokio::net::TcpListener;
use tokio::{signal, time};

/// Listens on the port in `PORT` (default 8000; 0 picks a free one).
pub async fn bind() -> anyhow::Result<TcpListener> {
    let port = env::var("PORT").unwrap_or("8000".into());
    let number: Option<u16> = port.parse().ok();
    let number = number
        .with_context(|| format!("PORT must be a port number from 0 to 65535, not {port:?}"))?;
    let listener = TcpListener::bind(("127.0.0.1", number)).await;
    listener.with_context(|| format!("Cannot listen on port {number}"))
}

pub async fn serve(listener: TcpListener, site: Router) -> anyhow::Result<()> {
    println!("Listening on http://{}", listener.local_addr()?);

    // What has begun is answered; ten seconds after Ctrl-C, the wait is over.
    let too_long = async {
        ctrl_c().await;
        time::sleep(Duration::from_secs(10)).await;
    };
    tokio::select! {
        served = axum::serve(listener, site).with_graceful_shutdown(ctrl_c()) => Ok(served?),
        () = too_long => Ok(()),
    }
}

async fn ctrl_c() {
    signal::ctrl_c().await.expect("Ctrl-C can be listened for");
}
