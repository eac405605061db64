//! The plumbing: a port to listen on, and Ctrl-C.

use std::env;
use std::time::Duration;

use anyhow::Context;
use axum::Router;
use tokio::net::TcpListener;
use tokio::{signal, time};

/// Serves the app until Ctrl-C, on the port in `PORT` (default 8000; 0 picks a free one).
pub async fn serve(app: Router) -> anyhow::Result<()> {
    let port = port()?;
    let listener = TcpListener::bind(("127.0.0.1", port)).await;
    let listener = listener.with_context(|| format!("Cannot listen on port {port}"))?;
    println!("Listening on http://{}", listener.local_addr()?);

    // What has begun is answered; ten seconds after Ctrl-C, the wait is over.
    let too_long = async {
        ctrl_c().await;
        time::sleep(Duration::from_secs(10)).await;
    };
    tokio::select! {
        served = axum::serve(listener, app).with_graceful_shutdown(ctrl_c()) => Ok(served?),
        () = too_long => Ok(()),
    }
}

fn port() -> anyhow::Result<u16> {
    let port = env::var("PORT").unwrap_or("8000".into());
    let number = port.parse().ok();
    number.with_context(|| format!("PORT must be a port number from 0 to 65535, not {port:?}"))
}

async fn ctrl_c() {
    signal::ctrl_c().await.expect("Ctrl-C can be listened for");
}
