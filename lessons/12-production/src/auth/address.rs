//! Where a request comes from.
//!
//! Behind a proxy, each connection comes from the proxy, which writes the client's address into
//! `X-Forwarded-For`. But anybody can write such a header. Believed without a look, it would let
//! an attacker have a new address for each guess.

use std::net::IpAddr;

use axum::extract::{FromRef, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::request::Parts;

use crate::app::App;
use crate::error::AppError;
use crate::serve::Peer;

/// The client's address, as far as it can be known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Address(pub IpAddr);

impl<S> FromRequestParts<S> for Address
where
    App: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, AppError> {
        let app = App::from_ref(state);
        let Some(Peer(peer)) = parts.extensions.get() else {
            return Err(AppError::Inside("a request came from nowhere".into()));
        };
        let trusted = &app.settings.trusted_proxies;
        Ok(Address(client(*peer, &parts.headers, trusted)))
    }
}

/// Each proxy adds at the end the address that it saw. So we read from the end, as long as we
/// trust who wrote; the first that we do not trust is the client.
pub fn client(peer: IpAddr, headers: &HeaderMap, trusted: &[IpAddr]) -> IpAddr {
    let lines = headers.get_all("x-forwarded-for").iter();
    // Byte by byte: what the client itself has written before it may be no ASCII.
    let written: Vec<&[u8]> = lines
        .flat_map(|line| line.as_bytes().split(|byte| *byte == b','))
        .map(<[u8]>::trim_ascii)
        .collect();
    let mut address = peer;
    for written in written.iter().rev() {
        if !trusted.contains(&address) {
            break;
        }
        let text = str::from_utf8(written).unwrap_or_default();
        let Ok(next) = text.parse() else { break };
        address = next;
    }
    address
}
