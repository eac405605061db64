//! What stands between the application and the network, as in lesson 05: accepts connections, lets
//! hyper read requests and write responses, and sets limits.

use std::env;
use std::net::IpAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::{Extension, Router};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};

/// How long a client may take for the head of a request, and how long a stopping server waits.
pub const PATIENCE: Duration = Duration::from_secs(10);
/// How many connections are open at a time; further clients wait.
pub const CONNECTIONS: usize = 2000;

/// How many files may be open at a time, connections included, if this system limits it.
pub fn open_files() -> Option<u64> {
    #[cfg(unix)]
    return rlimit::Resource::NOFILE.get_soft().ok();
    #[cfg(not(unix))]
    return None;
}

/// The address that a connection comes from. Each request has it as an extension.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub IpAddr);

/// Opens the port in `PORT` (default 8000; 0 lets the system choose) on this machine only.
pub async fn bind() -> Result<TcpListener, String> {
    let port = env::var_os("PORT").unwrap_or("8000".into());
    let port = port.to_string_lossy();
    let number: u16 = port
        .parse()
        .map_err(|_| format!("PORT must be a number from 0 to 65535, not {port:?}."))?;
    TcpListener::bind(("127.0.0.1", number)).await.map_err(|error| {
        format!("Cannot listen on port {number}: {error}. Stop the other server, or set PORT to another number.")
    })
}

/// Answers until Ctrl-C, then ends what has begun.
pub async fn serve(listener: TcpListener, site: Router) {
    // Ctrl-C is caught from the first time on that somebody waits for it. So we wait for no time
    // at all, before the line that says that this server can be used.
    let mut stop = pin!(tokio::signal::ctrl_c());
    let _ = timeout(Duration::ZERO, &mut stop).await;
    if let Ok(address) = listener.local_addr() {
        println!("Listening on http://{address}");
    }
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(PATIENCE);
    // A client may shut its sending side after the request (`nc -N` does) and still wait.
    http.half_close(true);
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let running = GracefulShutdown::new();
    loop {
        let next = async {
            let place = Arc::clone(&places).acquire_owned().await;
            (place, listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            next = next => next,
            _ = &mut stop => break,
        };
        let (stream, address) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Too many open files, most often. Trying again at once would not help.
                eprintln!("Cannot accept a connection: {error}.");
                sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let service = TowerToHyperService::new(site.clone().layer(Extension(Peer(address.ip()))));
        let connection = running.watch(http.serve_connection(TokioIo::new(stream), service));
        tokio::spawn(async move {
            // An error here is a client that broke off or did not speak HTTP.
            let _ = connection.await;
            drop(place);
        });
    }
    drop(listener);
    let _ = timeout(PATIENCE, running.shutdown()).await;
}
