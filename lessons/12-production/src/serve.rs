//! What stands between the application and the network, as in lesson 10: accepts connections, lets
//! hyper read requests and write responses, and sets limits.

mod receive;
mod stop;

use std::env;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};

pub use receive::refused;
use stop::Stop;

/// How long a client may take for the head of a request, then again for its body, and how long a
/// stopping server waits.
pub const PATIENCE: Duration = Duration::from_secs(10);
/// How many connections are open at a time; further clients wait.
pub const CONNECTIONS: usize = 2000;

/// The address that a connection comes from. Each request has it as an extension.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub IpAddr);

/// How serving came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// All requests that had begun were answered.
    Cleanly,
    /// Some were not: they took too long, or somebody asked twice.
    AtOnce,
}

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

/// Answers until Ctrl-C or SIGTERM, then ends what has begun.
pub async fn serve(listener: TcpListener, site: Router) -> Ended {
    allow_open_files();
    // Caught before the line that says that this server can be used.
    let mut stop = Stop::caught();
    if let Ok(address) = listener.local_addr() {
        println!("Listening on http://{address}");
    }
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(PATIENCE);
    // A client may shut its sending side after the request (`nc -N` does) and still wait.
    http.half_close(true);
    // Head and body in one piece: for pages of this size that is quicker than two.
    http.writev(false);
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let running = GracefulShutdown::new();
    loop {
        let next = async {
            let place = Arc::clone(&places).acquire_owned().await;
            (place, listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            next = next => next,
            () = stop.asked() => break,
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
        let site = site.clone();
        let peer = Peer(address.ip());
        let service = service_fn(move |request| receive::answer(site.clone(), peer, request));
        let connection = running.watch(http.serve_connection(TokioIo::new(stream), service));
        tokio::spawn(async move {
            // An error here is a client that broke off or did not speak HTTP.
            let _ = connection.await;
            drop(place);
        });
    }
    drop(listener);
    tokio::select! {
        ended = timeout(PATIENCE, running.shutdown()) => {
            if ended.is_ok() { Ended::Cleanly } else { Ended::AtOnce }
        }
        () = stop.asked() => Ended::AtOnce,
    }
}

/// How many files may be open at a time, connections included, if this system limits it.
pub fn open_files() -> Option<u64> {
    #[cfg(unix)]
    return rlimit::Resource::NOFILE.get_soft().ok();
    #[cfg(not(unix))]
    return None;
}

/// Each connection is an open file, and many systems allow 1,024 unless a program asks for more.
fn allow_open_files() {
    #[cfg(unix)]
    if let Err(error) = rlimit::increase_nofile_limit(CONNECTIONS as u64 + 200) {
        eprintln!("Cannot ask for more open files: {error}.");
    }
}
