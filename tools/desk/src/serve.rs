//! What the servers of decks and book have in common: a port, who may ask, and the end.
//!
//! They serve this machine. A page of another site that makes the browser ask here, by a link or by
//! a name that leads to 127.0.0.1 (DNS rebinding), is refused: [`guarded`].

use std::{
    env,
    io::{self, Write},
    net::{Ipv4Addr, SocketAddr, TcpListener},
};

use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use tokio::sync::watch;

/// Everything comes from the server itself, and nobody may show its pages in a frame.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
                      font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'";

/// Binds the port that `PORT` names, or `usual`, or a free one if that is taken. The text says so.
///
/// # Errors
///
/// A sentence: the port that was named is none, or is taken.
pub fn bind(usual: u16) -> Result<(TcpListener, String), String> {
    let bound = |port| TcpListener::bind((Ipv4Addr::LOCALHOST, port));
    let Some(named) = env::var_os("PORT") else {
        return match bound(usual) {
            Ok(listener) => Ok((listener, String::new())),
            Err(_) => bound(0)
                .map(|listener| (listener, format!(" (port {usual} is taken)")))
                .map_err(|error| format!("There is no free port: {error}.")),
        };
    };
    let named = named.to_string_lossy();
    let port: u16 = named
        .parse()
        .map_err(|_| format!("PORT must be a number from 0 to 65535, not {named:?}."))?;
    bound(port)
        .map(|listener| (listener, String::new()))
        .map_err(|error| format!("Port {port} cannot be used: {error}. Set PORT to another."))
}

/// Tells everything that goes on for long that the server is to end.
#[derive(Clone, Debug)]
pub struct Stop(watch::Receiver<bool>);

impl Stop {
    /// To be called before the server says that it listens: from then on Ctrl-C ends it cleanly.
    ///
    /// # Errors
    ///
    /// When the system does not let signals be watched.
    pub fn on_signals() -> Result<Self, String> {
        let failed = |error: io::Error| format!("Ctrl-C cannot be watched: {error}.");
        let (tell, told) = watch::channel(false);
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            let mut interrupt = signal(SignalKind::interrupt()).map_err(failed)?;
            let mut terminate = signal(SignalKind::terminate()).map_err(failed)?;
            // The window of the terminal was closed.
            let mut hang_up = signal(SignalKind::hangup()).map_err(failed)?;
            tokio::spawn(async move {
                tokio::select! {
                    _ = interrupt.recv() => {}
                    _ = terminate.recv() => {}
                    _ = hang_up.recv() => {}
                }
                let _ = tell.send(true);
            });
        }
        #[cfg(windows)]
        {
            let mut interrupt = tokio::signal::windows::ctrl_c().map_err(failed)?;
            tokio::spawn(async move {
                interrupt.recv().await;
                let _ = tell.send(true);
            });
        }
        Ok(Self(told))
    }

    /// Comes back when the server is to end.
    pub async fn stopped(&mut self) {
        // An error means that nobody can tell any more.
        let _ = self.0.wait_for(|stopped| *stopped).await;
    }
}

/// Says where the server listens, and serves until it is to end.
///
/// # Errors
///
/// When the listener cannot be used.
pub async fn run(
    listener: TcpListener,
    remark: &str,
    router: Router,
    mut stop: Stop,
) -> io::Result<()> {
    listener.set_nonblocking(true)?;
    let listener = tokio::net::TcpListener::from_std(listener)?;
    let address = listener.local_addr()?;
    let _ = writeln!(io::stdout(), "Listening on http://{address}{remark}");
    let stopped = async move { stop.stopped().await };
    axum::serve(listener, guarded(router, address))
        .with_graceful_shutdown(stopped)
        .await
}

/// The router behind the checks of who asks, and with the header fields that all answers have.
pub fn guarded(router: Router, address: SocketAddr) -> Router {
    router.layer(middleware::from_fn_with_state(address, guard))
}

async fn guard(State(address): State<SocketAddr>, request: Request, next: Next) -> Response {
    let response = match refusal(request.method(), request.headers(), address.port()) {
        Some(refusal) => refusal.into_response(),
        None => next.run(request).await,
    };
    secured(response).await
}

/// The answer with the header fields that all have.
pub(crate) async fn secured(mut response: Response) -> Response {
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

fn refusal(method: &Method, headers: &HeaderMap, port: u16) -> Option<(StatusCode, &'static str)> {
    let mut hosts = headers.get_all(header::HOST).iter();
    let names = [format!("127.0.0.1:{port}"), format!("localhost:{port}")];
    let host = match (hosts.next(), hosts.next()) {
        (Some(host), None) => names.iter().find(|name| host == name.as_str()),
        _ => None,
    };
    let Some(host) = host else {
        return Some((
            StatusCode::MISDIRECTED_REQUEST,
            "This server answers to 127.0.0.1 and localhost only.\n",
        ));
    };
    let mut origins = headers.get_all(header::ORIGIN).iter();
    let is_own =
        |origin: &HeaderValue| origin.as_bytes().strip_prefix(b"http://") == Some(host.as_bytes());
    let allowed = match (origins.next(), origins.next()) {
        (Some(origin), None) => is_own(origin),
        (None, _) => method.is_safe(),
        _ => false,
    };
    (!allowed).then_some((
        StatusCode::FORBIDDEN,
        "Only pages of this server may ask for this.\n",
    ))
}

/// What a page of this server shows to be one: no other site can read it.
#[derive(Clone, Debug)]
pub struct Token(String);

impl Token {
    /// The field that carries it.
    pub const FIELD: &str = "x-token";

    /// A new one.
    ///
    /// # Errors
    ///
    /// When the system has no random numbers.
    pub fn new() -> Result<Self, String> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes)
            .map_err(|error| format!("Random numbers cannot be drawn: {error}."))?;
        Ok(Self(
            bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
        ))
    }

    /// As it is in a page.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a request carries it.
    pub fn is_in(&self, headers: &HeaderMap) -> bool {
        let mut values = headers.get_all(Self::FIELD).iter();
        match (values.next(), values.next()) {
            (Some(value), None) => {
                // As long for a wrong first character as for a wrong last one.
                let (found, own) = (value.as_bytes(), self.0.as_bytes());
                let differ = found.iter().zip(own).fold(0, |sum, (a, b)| sum | (a ^ b));
                found.len() == own.len() && differ == 0
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(method: Method, fields: &[(&str, &str)]) -> Option<u16> {
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            let name: HeaderName = name.parse().expect("a name");
            headers.append(name, value.parse().expect("a value"));
        }
        refusal(&method, &headers, 8000).map(|(status, _)| status.as_u16())
    }

    #[test]
    fn only_the_names_of_this_machine_are_answered_to() {
        let get = |host| refused(Method::GET, &[("host", host)]);
        assert_eq!(get("127.0.0.1:8000"), None);
        assert_eq!(get("localhost:8000"), None);
        for host in [
            "evil.example:8000",
            "127.0.0.1",
            "127.0.0.1:80",
            "127.0.0.1:8000.evil.example",
            "",
        ] {
            assert_eq!(get(host), Some(421), "{host}");
        }
        assert_eq!(refused(Method::GET, &[]), Some(421));
        let twice = [("host", "127.0.0.1:8000"), ("host", "localhost:8000")];
        assert_eq!(refused(Method::GET, &twice), Some(421));
    }

    #[test]
    fn what_changes_something_comes_from_a_page_of_this_server() {
        let host = ("host", "localhost:8000");
        let post = |origin| refused(Method::POST, &[host, ("origin", origin)]);
        assert_eq!(post("http://localhost:8000"), None);
        for origin in [
            "null",
            "http://127.0.0.1:8000",
            "https://localhost:8000",
            "http://evil.example",
        ] {
            assert_eq!(post(origin), Some(403), "{origin}");
        }
        assert_eq!(refused(Method::POST, &[host]), Some(403));
        assert_eq!(refused(Method::GET, &[host]), None);
        let elsewhere = [host, ("origin", "http://evil.example")];
        assert_eq!(refused(Method::GET, &elsewhere), Some(403));
    }

    #[test]
    fn a_token_is_shown_whole_and_once() {
        let token = Token::new().expect("random numbers");
        let is_in = |values: &[&str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(Token::FIELD, value.parse().expect("a value"));
            }
            token.is_in(&headers)
        };
        let own = token.as_str();
        assert!(is_in(&[own]));
        for wrong in [
            &[][..],
            &[""],
            &[&own[1..]],
            &[own, own],
            &["0123456789abcdef0123456789abcdef"],
        ] {
            assert!(!is_in(wrong), "{wrong:?}");
        }
        assert_ne!(own, Token::new().expect("random numbers").as_str());
    }
}
