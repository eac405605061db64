//! Accepts connections, so many at a time, until it is told to stop.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;

use crate::connection::converse;
use crate::settings::Settings;
use crate::stop::Stop;

/// What all connections share.
pub struct Server {
    pub app: Router,
    pub tls: Option<TlsAcceptor>,
    pub patience: Duration,
    pub stalled: Duration,
    pub stop: Stop,
    connections: usize,
}

impl Server {
    pub fn new(app: Router, tls: Option<TlsAcceptor>, settings: &Settings, stop: Stop) -> Server {
        Server {
            app,
            tls,
            patience: settings.patience,
            stalled: settings.stalled,
            stop,
            connections: settings.connections,
        }
    }
}

// ANCHOR: serve
pub async fn serve(listener: TcpListener, server: Server) {
    let server = Arc::new(server);
    // A place for each connection. When all are taken, nobody is accepted: the system lets
    // clients wait.
    let places = Arc::new(Semaphore::new(server.connections));
    loop {
        // ANCHOR: a_place
        let next = async {
            let place = Arc::clone(&places).acquire_owned().await;
            let place = place.expect("the semaphore is never closed");
            (listener.accept().await, place)
        };
        // ANCHOR_END: a_place
        tokio::select! {
            // Do not toss a coin: a stop comes first.
            biased;
            () = server.stop.closing() => break,
            (accepted, place) = next => match accepted {
                Ok((stream, _)) => begin(stream, &server, place),
                Err(error) => {
                    // Too many open files, most often. Trying again at once would not help.
                    tracing::error!(%error, "cannot accept a connection");
                    sleep(Duration::from_millis(100)).await;
                }
            },
        }
    }
    take_in_the_rest(listener, &server, &places);
    // Every place is free again: every conversation has ended.
    let all = u32::try_from(server.connections).unwrap_or(u32::MAX);
    let _ = timeout(server.patience, places.acquire_many(all)).await;
}

/// The system has accepted these already: their requests may be on their way. Closing the
/// port would break them off.
fn take_in_the_rest(listener: TcpListener, server: &Arc<Server>, places: &Arc<Semaphore>) {
    // Asked without tokio, which knows only what it saw when it last looked.
    let Ok(listener) = listener.into_std() else {
        return;
    };
    while let Ok(place) = Arc::clone(places).try_acquire_owned()
        && let Ok((stream, _)) = listener.accept()
        && stream.set_nonblocking(true).is_ok()
        && let Ok(stream) = TcpStream::from_std(stream)
    {
        begin(stream, server, place);
    }
}

fn begin(stream: TcpStream, server: &Arc<Server>, place: OwnedSemaphorePermit) {
    let server = Arc::clone(server);
    tokio::spawn(async move {
        converse(stream, server).await;
        drop(place);
    });
}
// ANCHOR_END: serve
