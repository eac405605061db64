//! The slide that is on the wall, in the browsers of those who sit before it: on the room's network, read-only, and
//! behind a code. There are no notes in it, no slide that has not been shown, and nothing to send.

use std::{
    io::{self, Write},
    net::{IpAddr, Ipv4Addr, TcpListener, UdpSocket},
    sync::Arc,
};

use axum::{
    Router,
    extract::State,
    http::StatusCode,
    middleware,
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
    routing::get,
};
use minijinja::context;
use serde::{Deserialize, Serialize};
use tokio::sync::{mpsc, watch};
use tokio_stream::{StreamExt, wrappers::ReceiverStream};

use crate::{
    serve::{Stop, secured},
    server::{Room, asset, own_logo, own_style, picture_of},
};

/// Short to type; if they are taken, any will do.
const PORTS: [u16; 3] = [8080, 8081, 0];
/// Letters and digits that nobody takes for another.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
const LENGTH: usize = 6;

/// Where the wall is.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Place {
    pub(super) slide: usize,
    step: usize,
    black: bool,
}

/// What is on the wall.
#[derive(Clone, Debug, Serialize)]
struct Wall {
    title: String,
    step: usize,
    black: bool,
    html: String,
}

/// The other server: what it shows, and where.
#[derive(Debug)]
pub(super) struct Share {
    code: String,
    listener: TcpListener,
    port: u16,
    wall: watch::Sender<Option<Wall>>,
}

impl Share {
    /// Listens on all networks of this machine.
    ///
    /// # Errors
    ///
    /// A sentence: there is no port, or there are no random numbers.
    pub(super) fn open() -> Result<Self, String> {
        let mut ports = PORTS.into_iter();
        let bound = ports.find_map(|port| TcpListener::bind((Ipv4Addr::UNSPECIFIED, port)).ok());
        let listener = bound.ok_or("No port can be shared with the room.")?;
        let failed = |error: io::Error| format!("No port can be shared with the room: {error}.");
        listener.set_nonblocking(true).map_err(failed)?;
        let port = listener.local_addr().map_err(failed)?.port();
        let mut bytes = [0; LENGTH];
        getrandom::fill(&mut bytes).map_err(|error| format!("No random numbers: {error}."))?;
        let letter = |byte: u8| char::from(LETTERS[usize::from(byte) % LETTERS.len()]);
        Ok(Self {
            code: bytes.into_iter().map(letter).collect(),
            listener,
            port,
            wall: watch::Sender::new(None),
        })
    }

    /// What the room types.
    pub(super) fn address(&self) -> String {
        format!("http://{}:{}/{}/", own_address(), self.port, self.code)
    }

    /// Shows this slide from now on.
    pub(super) fn show(&self, place: &Place, title: String, html: String) {
        let (step, black) = (place.step, place.black);
        self.wall.send_replace(Some(Wall {
            title,
            step,
            black,
            // Behind a black wall is nothing to be seen.
            html: if black { String::new() } else { html },
        }));
    }
}

/// Serves the room until the desk ends.
pub(super) async fn run(room: Arc<Room>, mut stop: Stop) -> io::Result<()> {
    let Some(share) = &room.share else {
        return Ok(());
    };
    let address = share.address();
    let _ = writeln!(io::stderr(), "The room follows the slides on {address}");
    let listener = tokio::net::TcpListener::from_std(share.listener.try_clone()?)?;
    let router = router(&share.code, Arc::clone(&room));
    let stopped = async move { stop.stopped().await };
    axum::serve(listener, router)
        .with_graceful_shutdown(stopped)
        .await
}

fn router(code: &str, room: Arc<Room>) -> Router {
    let at = |path: &str| format!("/{code}/{path}");
    Router::new()
        .route(&at(""), get(page))
        .route(&at("events"), get(events))
        .route(&at("assets/{name}"), get(asset))
        .route(&at("pictures/{room}/{name}"), get(picture_of))
        .route(&at("own/style.css"), get(own_style))
        .route(&at("own/logo"), get(own_logo))
        .layer(middleware::map_response(secured))
        .with_state(room)
}

async fn page(State(room): State<Arc<Room>>) -> Response {
    room.page("shared.html", context! { root => "" })
}

/// Tells what is on the wall, and what comes next.
async fn events(State(room): State<Arc<Room>>) -> Response {
    let Some(share) = &room.share else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let (tell, told) = mpsc::channel::<Wall>(4);
    let mut wall = share.wall.subscribe();
    wall.mark_changed();
    let mut stop = room.stop.clone();
    tokio::spawn(async move {
        loop {
            tokio::select! {
                changed = wall.changed() => if changed.is_err() {
                    return;
                },
                () = tell.closed() => return,
                () = stop.stopped() => return,
            }
            let now = wall.borrow_and_update().clone();
            if let Some(now) = now
                && tell.send(now).await.is_err()
            {
                return;
            }
        }
    });
    let events =
        ReceiverStream::new(told).map(|wall| Event::default().event("wall").json_data(wall));
    Sse::new(events)
        .keep_alive(KeepAlive::default())
        .into_response()
}

/// The address of this machine in the network that leads elsewhere. Nothing is sent to find it out.
fn own_address() -> IpAddr {
    let asked = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).and_then(|socket| {
        // An address that is nobody's (RFC 5737).
        socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9))?;
        socket.local_addr()
    });
    asked.map_or(Ipv4Addr::LOCALHOST.into(), |address| address.ip())
}
