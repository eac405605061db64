//! One connection, from its first byte to its end.

use std::convert::Infallible;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::Body;
use axum::http::header::CONNECTION;
use axum::http::{HeaderValue, Request, Response, Version};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, timeout};
use tower::ServiceExt;

use crate::serve::Server;
use crate::stop::Phase;

/// The largest head of a request, in bytes: so much memory may each client take by sending.
const HEAD_LIMIT: usize = 32 * 1024;
/// A connection that had a request so recently may well have another one on its way.
const RECENTLY: Duration = Duration::from_secs(2);

// ANCHOR: converse
pub async fn converse(stream: TcpStream, server: Arc<Server>) {
    // Send what there is, at once: the system would rather gather small pieces.
    let _ = stream.set_nodelay(true);
    let Some(tls) = &server.tls else {
        return speak(stream, server, false).await;
    };
    // A client that does not end its part of the greeting must not stay for ever.
    let Ok(Ok(stream)) = timeout(server.patience, tls.accept(stream)).await else {
        return;
    };
    let agreed = stream.get_ref().1.alpn_protocol();
    let is_http2 = agreed == Some(b"h2");
    speak(stream, server, is_http2).await;
}

async fn speak<S>(stream: S, server: Arc<Server>, is_http2: bool)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let pulse = Pulse::default();
    let (shared, beating) = (Arc::clone(&server), pulse.clone());
    let service = service_fn(move |request| respond(request, shared.clone(), beating.clone()));
    let http = http(server.patience, is_http2);
    let mut connection = pin!(http.serve_connection(TokioIo::new(stream), service));
    // An error here is a client that broke off or did not speak HTTP: hyper has told it so
    // if it could, and nobody else needs to know.
    // ANCHOR: three_ends
    tokio::select! {
        _ = connection.as_mut() => return,
        () = pulse.stopped(server.stalled) => return,
        () = server.stop.closing() => {}
    }
    // ANCHOR_END: three_ends
    // From now on each answer says that it is the last one. If hyper closed the connection before,
    // a request that is on its way would be lost. HTTP/2 needs no such trick: there a server can say
    // which requests it still takes.
    if !is_http2 {
        tokio::select! {
            _ = connection.as_mut() => return,
            () = pulse.stopped(RECENTLY) => {}
        }
    }
    connection.as_mut().graceful_shutdown();
    let _ = connection.await;
}
// ANCHOR_END: converse

// ANCHOR: http
fn http(patience: Duration, is_http2: bool) -> Builder<TokioExecutor> {
    let mut http = Builder::new(TokioExecutor::new());
    // ANCHOR: patience
    http.http1()
        .timer(TokioTimer::new())
        .header_read_timeout(patience)
        .max_buf_size(HEAD_LIMIT)
        // ANCHOR_END: patience
        // A client may shut its sending side after the request (`nc -N` does) and still wait.
        .half_close(true);
    http.http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(patience)
        .keep_alive_timeout(patience)
        .max_concurrent_streams(100);
    // Left to itself, this builder waits for the first bytes to see which of the two it is, and sets
    // no limit to that wait. We know it already.
    if is_http2 {
        http.http2_only()
    } else {
        http.http1_only()
    }
}
// ANCHOR_END: http

// ANCHOR: respond
async fn respond(
    request: Request<Incoming>,
    server: Arc<Server>,
    pulse: Pulse,
) -> Result<Response<Body>, Infallible> {
    pulse.beat();
    let version = request.version();
    let mut response = server
        .app
        .clone()
        .oneshot(request.map(Body::new))
        .await
        .unwrap_or_else(|never| match never {});
    if server.stop.phase() == Phase::Closing && version < Version::HTTP_2 {
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(CONNECTION, close);
    }
    // hyper asks for a piece of the body when the client has taken the piece before.
    Ok(response.map(|body| {
        Body::new(body.map_frame(move |frame| {
            pulse.beat();
            frame
        }))
    }))
}
// ANCHOR_END: respond

/// When something last went forward on a connection. hyper has a limit for the head of a request,
/// and none for a client that does not take its answer, or keeps HTTP/2 open and asks for nothing.
#[derive(Clone)]
struct Pulse(Arc<Mutex<Instant>>);

impl Default for Pulse {
    fn default() -> Pulse {
        Pulse(Arc::new(Mutex::new(Instant::now())))
    }
}

impl Pulse {
    fn beat(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    /// Waits until there has been none for so long.
    async fn stopped(&self, limit: Duration) {
        loop {
            let last = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let Some(left) = limit.checked_sub(last.elapsed()) else {
                return;
            };
            sleep(left).await;
        }
    }
}
