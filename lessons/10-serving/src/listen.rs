//! Opens the port.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use socket2::{Domain, Protocol, Socket, Type};
use tokio::net::TcpListener;

/// How many clients the system keeps for us that we have not accepted yet.
const WAITING: i32 = 1024;

// ANCHOR: bind
/// Opens the port on this machine only (0 lets the system choose).
pub fn bind(port: u16, shared: bool) -> Result<TcpListener, String> {
    let listen = || {
        let socket = socket(port, shared)?;
        socket.listen(WAITING)?;
        TcpListener::from_std(socket.into())
    };
    listen().map_err(|error| {
        format!("Cannot listen on port {port}: {error}. Stop the other server, or set PORT to another number.")
    })
}

/// A socket on the port that does not listen yet.
pub fn socket(port: u16, shared: bool) -> io::Result<Socket> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, Some(Protocol::TCP))?;
    // On Unix a port rests for a minute after its last connection; a restart need not wait. On
    // Windows the same option would let two servers take one port.
    #[cfg(unix)]
    socket.set_reuse_address(true)?;
    // SO_REUSEPORT: several sockets on one port. Linux spreads the connections over them.
    #[cfg(unix)]
    socket.set_reuse_port(shared)?;
    #[cfg(not(unix))]
    let _ = shared;
    socket.set_nonblocking(true)?;
    socket.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, port)).into())?;
    Ok(socket)
}
// ANCHOR_END: bind

/// Says where this server can be reached.
pub fn say(listener: &TcpListener, tls: bool) {
    let scheme = if tls { "https" } else { "http" };
    if let Ok(address) = listener.local_addr() {
        println!("Listening on {scheme}://{address}");
    }
}

// ANCHOR: places
/// How many connections there is room for: each takes a file descriptor, and another one while it
/// is sent a file.
#[cfg(unix)]
pub fn places(wanted: usize) -> usize {
    use rustix::process::{Resource, getrlimit, setrlimit};
    /// The program's own: the log, the runtime, the listener.
    const OWN: u64 = 32;
    // The limit in force is often 1024, or 256 on macOS; we may raise it up to a second one.
    let mut limit = getrlimit(Resource::Nofile);
    let enough = 2 * wanted as u64 + OWN;
    limit.current = Some(limit.maximum.map_or(enough, |maximum| maximum.min(enough)));
    let _ = setrlimit(Resource::Nofile, limit);
    let allowed = getrlimit(Resource::Nofile).current.unwrap_or(enough);
    let places = allowed.saturating_sub(OWN) / 2;
    wanted.min(usize::try_from(places).unwrap_or(wanted)).max(1)
}

/// Windows has no such limit for sockets.
#[cfg(not(unix))]
pub fn places(wanted: usize) -> usize {
    wanted
}
// ANCHOR_END: places
