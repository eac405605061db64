//! The door: connections, from the first byte to the last.

use std::convert::Infallible;
use std::env;
use std::net::IpAddr;
use std::pin::pin;
use std::time::Duration;

use anyhow::Context;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;

/// How long a client may take, for each thing that it is waited for.
pub const PATIENCE: Duration = Duration::from_secs(2);

pub async fn serve() -> anyhow::Result<()> {
    let port = port()?;
    let listener = TcpListener::bind(("127.0.0.1", port)).await;
    let listener = listener.with_context(|| format!("Cannot listen on port {port}"))?;
    println!("Listening on http://{}", listener.local_addr()?);

    let mut ctrl_c = pin!(tokio::signal::ctrl_c());
    loop {
        let accepted = tokio::select! {
            _ = &mut ctrl_c => return Ok(()),
            accepted = listener.accept() => accepted,
        };
        let Ok((stream, client)) = accepted else {
            sleep(Duration::from_millis(100)).await; // too many open files, most often
            continue;
        };
        tokio::spawn(converse(stream, client.ip()));
    }
}

fn port() -> anyhow::Result<u16> {
    let port = env::var("PORT").unwrap_or("8000".into());
    let number = port.parse().ok();
    number.with_context(|| format!("PORT must be a port number from 0 to 65535, not {port:?}"))
}

/// One connection.
async fn converse(stream: TcpStream, client: IpAddr) {
    let service = service_fn(|request| async move {
        let answer = crate::house::answer(request, client).await;
        Ok::<_, Infallible>(answer)
    });
    let http = http1::Builder::new();
    // An error is a client that broke off or did not speak HTTP.
    let _ = http.serve_connection(TokioIo::new(stream), service).await;
}
