//! What stands between the router and the network: the accept loop of lesson 05. `axum::serve` has
//! no limits of time and of connections, and leaves Host to whoever needs it.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http_body_util::{BodyExt, Limited};
use hyper::body::{Body, Incoming};
use hyper::header::{CONNECTION, HOST, HeaderMap, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{StatusCode, Version};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};
use tower::ServiceExt;

use crate::error::AppError;

/// The largest body that is read, in bytes.
pub const BODY_LIMIT: usize = 2 * 1024 * 1024;
/// How long a client may take for the head of a request, and then again for its body.
pub const PATIENCE: Duration = Duration::from_secs(10);
/// How many connections are open at a time; further clients wait.
pub const CONNECTIONS: usize = 1000;

/// Opens the port in `PORT` (default 8000; 0 lets the system choose) on this machine only.
pub async fn bind() -> Result<TcpListener, String> {
    let port = std::env::var_os("PORT").unwrap_or("8000".into());
    let port = port.to_string_lossy();
    let number: u16 = port
        .parse()
        .map_err(|_| format!("PORT must be a number from 0 to 65535, not {port:?}."))?;
    TcpListener::bind(("127.0.0.1", number)).await.map_err(|error| {
        format!("Cannot listen on port {number}: {error}. Stop the other server, or set PORT to another number.")
    })
}

// ANCHOR: serve
/// Answers requests until Ctrl-C; then takes no more connections and ends those requests that have
/// begun.
pub async fn serve(listener: TcpListener, app: Router) {
    // Ctrl-C is caught from the first time on that somebody waits for it. So we wait for no time
    // at all, before the line that says that this server can be used.
    let mut stop = Box::pin(tokio::signal::ctrl_c());
    let _ = timeout(Duration::ZERO, &mut stop).await;
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
            _ = &mut stop => break,
        };
        let stream = match accepted {
            Ok((stream, _)) => stream,
            Err(error) => {
                // Too many open files, most often. Trying again at once would not help.
                eprintln!("Cannot accept a connection: {error}.");
                sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let app = app.clone();
        let service = service_fn(move |request| respond(app.clone(), request));
        let connection = http.serve_connection(TokioIo::new(stream), service);
        let connection = running.watch(connection);
        tokio::spawn(async move {
            // An error here is a client that broke off or did not speak HTTP: hyper has
            // told it so if it could, and nobody else needs to know.
            let _ = connection.await;
            drop(place);
        });
    }
    drop(listener);
    let _ = timeout(PATIENCE, running.shutdown()).await;
}
// ANCHOR_END: serve

/// Reads the request to its end, or refuses it, and has it answered.
async fn respond(app: Router, request: hyper::Request<Incoming>) -> Result<Response, Infallible> {
    match receive(request).await {
        Ok(request) => app.oneshot(request).await,
        Err(refusal) => {
            // What follows on this connection may be the rest of a body: it must not be read
            // as the next request.
            let mut response = refusal.into_response();
            let close = HeaderValue::from_static("close");
            response.headers_mut().insert(CONNECTION, close);
            Ok(response)
        }
    }
}

// ANCHOR: receive
async fn receive(request: hyper::Request<Incoming>) -> Result<Request, AppError> {
    if request.version() == Version::HTTP_11 && !has_one_host(request.headers()) {
        let reason = "A request names its host, once.";
        return Err(AppError::new(StatusCode::BAD_REQUEST, reason));
    }
    let too_large = || {
        let reason = format!("A body may have {BODY_LIMIT} bytes.");
        AppError::new(StatusCode::PAYLOAD_TOO_LARGE, reason)
    };
    let (head, body) = request.into_parts();
    if body.is_end_stream() {
        return Ok(Request::from_parts(head, axum::body::Body::empty())); // no body, as in most requests
    }
    // Its Content-Length says more than we want to read: refused before it is sent.
    if body.size_hint().lower() > BODY_LIMIT as u64 {
        return Err(too_large());
    }
    match timeout(PATIENCE, Limited::new(body, BODY_LIMIT).collect()).await {
        Ok(Ok(body)) => Ok(Request::from_parts(head, body.to_bytes().into())),
        Ok(Err(error)) if error.is::<http_body_util::LengthLimitError>() => Err(too_large()),
        Ok(Err(_)) => {
            let reason = "The body broke off, or its chunks are not framed as RFC 9112 asks.";
            Err(AppError::new(StatusCode::BAD_REQUEST, reason))
        }
        Err(_) => {
            let reason = "The body did not come in time.";
            Err(AppError::new(StatusCode::REQUEST_TIMEOUT, reason))
        }
    }
}
// ANCHOR_END: receive

/// RFC 9112, section 3.2: exactly one Host, of characters that a host and a port may have.
fn has_one_host(headers: &HeaderMap) -> bool {
    let mut hosts = headers.get_all(HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else {
        return false;
    };
    let allowed = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~:[]%!$&'()*+,;=".contains(byte);
    host.as_bytes().iter().all(allowed)
}
