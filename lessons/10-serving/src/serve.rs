//! Opens the port, and accepts connections until it is told to stop.

use std::env;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use axum::Router;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;

use crate::connection::converse;
use crate::folder::Folder;
use crate::settings::Settings;
use crate::stop::Stop;
use crate::{app, tls};

/// What all connections share.
pub struct Server {
    pub app: Router,
    pub tls: Option<TlsAcceptor>,
    pub stop: Stop,
    pub settings: Settings,
}

pub async fn serve(settings: Settings) -> anyhow::Result<()> {
    let port = port()?;
    let folder = Folder::open(&settings.folder)
        .with_context(|| format!("Cannot serve {}", settings.folder.display()))?;
    let listener = TcpListener::bind(("127.0.0.1", port)).await;
    let listener = listener.with_context(|| format!("Cannot listen on port {port}"))?;
    let tls = settings.tls.then(tls::acceptor).transpose()?;
    let stop = Stop::on_signals(settings.drain)?;
    let scheme = if settings.tls { "https" } else { "http" };
    println!("Listening on {scheme}://{}", listener.local_addr()?);

    app::log_to_stderr(settings.log);
    let server = Server {
        app: app::app(folder, &settings, &stop),
        tls,
        stop,
        settings,
    };
    accept(listener, server).await;
    Ok(())
}

fn port() -> anyhow::Result<u16> {
    let port = env::var("PORT").unwrap_or("8000".into());
    let number = port.parse().ok();
    number.with_context(|| format!("PORT must be a port number from 0 to 65535, not {port:?}"))
}

/// How many connections there is room for: each takes a file descriptor, and another one while it
/// is sent a file. A process may often have 1024 of them; we may ask the system for more.
fn places(wanted: u32) -> u32 {
    /// The program's own: the log, the runtime, the listener.
    const OWN: u64 = 32;
    let enough = 2 * u64::from(wanted) + OWN;
    let allowed = rlimit::increase_nofile_limit(enough).unwrap_or(1024);
    let places = allowed.saturating_sub(OWN) / 2;
    wanted.min(u32::try_from(places).unwrap_or(wanted)).max(1)
}

async fn accept(listener: TcpListener, server: Server) {
    let most = places(server.settings.connections.get());
    let server = Arc::new(server);
    // A place for each connection. When all are taken, nobody is accepted: the system lets
    // clients wait.
    let places = Arc::new(Semaphore::new(most as usize));
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
    let _ = timeout(server.settings.patience, places.acquire_many(most)).await;
}

fn begin(stream: TcpStream, server: &Arc<Server>, place: OwnedSemaphorePermit) {
    let server = Arc::clone(server);
    tokio::spawn(async move {
        converse(stream, server).await;
        drop(place);
    });
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
