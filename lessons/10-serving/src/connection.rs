//! One connection, from its first byte to its end.

use std::convert::Infallible;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::header::CONNECTION;
use axum::http::{HeaderValue, Request, Response, Version};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::io::{self, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout};
use tower::ServiceExt;

use crate::serve::Server;
use crate::stop::Phase;

/// The largest head of a request, in bytes: that much memory may a client take by sending.
const HEAD_LIMIT: usize = 32 * 1024;
/// If a connection had a request that recently, another one may be on its way.
const RECENTLY: Duration = Duration::from_secs(2);
/// How much a client may go on sending, and how long, until it has read its last answer.
const LINGER: (u64, Duration) = (4 * 1024 * 1024, Duration::from_secs(2));

pub async fn converse(stream: TcpStream, server: Arc<Server>) {
    // Send what there is, at once: the system would rather gather small pieces.
    let _ = stream.set_nodelay(true);
    let Some(tls) = &server.tls else {
        return speak_http1(stream, &server).await;
    };
    // A client that does not end its part of the greeting must not stay forever.
    let Ok(Ok(stream)) = timeout(server.settings.patience, tls.accept(stream)).await else {
        return;
    };
    match stream.get_ref().1.alpn_protocol() {
        Some(b"h2") => speak_http2(stream, &server).await,
        _ => speak_http1(stream, &server).await,
    }
}

async fn speak_http1<S>(mut stream: S, server: &Arc<Server>)
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let pulse = Pulse::new();
    let mut http = http1::Builder::new();
    // ANCHOR: patience
    http.timer(TokioTimer::new())
        .header_read_timeout(server.settings.patience)
        .max_buf_size(HEAD_LIMIT)
        // `nc -N` shuts its side after the request, and waits.
        .half_close(true);
    // ANCHOR_END: patience
    {
        let service = service_fn(|request| respond(request, server, &pulse));
        let mut connection = pin!(http.serve_connection(TokioIo::new(&mut stream), service));
        // ANCHOR: three_ends
        tokio::select! {
            // An error: the client broke off, or did not speak HTTP.
            _ = connection.as_mut() => {}
            () = pulse.stopped(server.settings.stalled) => return,
            () = server.stop.closing() => {
                // From now on each answer says that it is the last one.
                // If hyper closed now, a request on its way would be lost.
                tokio::select! {
                    _ = connection.as_mut() => {}
                    () = pulse.stopped(RECENTLY) => {
                        connection.as_mut().graceful_shutdown();
                        let _ = connection.await;
                    }
                }
            }
        }
        // ANCHOR_END: three_ends
    }
    linger(stream).await;
}

/// A client that is still sending might not hear the last word:
/// closing with unread bytes resets a connection, and a reset may
/// throw away what was on its way. So we read on, into nothing.
async fn linger(mut stream: impl AsyncRead + AsyncWrite + Unpin) {
    let (most, lasting) = LINGER;
    let _ = stream.shutdown().await;
    let mut rest = stream.take(most);
    let mut nothing = io::sink();
    let reading = io::copy(&mut rest, &mut nothing);
    let _ = timeout(lasting, reading).await;
}

async fn speak_http2<S>(stream: S, server: &Arc<Server>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let pulse = Pulse::new();
    let mut http = http2::Builder::new(TokioExecutor::new());
    http.timer(TokioTimer::new())
        .keep_alive_interval(server.settings.patience)
        .keep_alive_timeout(server.settings.patience)
        .max_concurrent_streams(100);
    let (shared, beating) = (Arc::clone(server), pulse.clone());
    let service = service_fn(move |request| {
        let (shared, beating) = (Arc::clone(&shared), beating.clone());
        async move { respond(request, &shared, &beating).await }
    });
    let mut connection = pin!(http.serve_connection(TokioIo::new(stream), service));
    tokio::select! {
        _ = connection.as_mut() => {}
        () = pulse.stopped(server.settings.stalled) => {}
        () = server.stop.closing() => {
            // HTTP/2 needs no trick: a server can say which requests it still takes.
            connection.as_mut().graceful_shutdown();
            let _ = connection.await;
        }
    }
}

async fn respond(
    request: Request<Incoming>,
    server: &Server,
    pulse: &Pulse,
) -> Result<Response<Body>, Infallible> {
    pulse.beat();
    let version = request.version();
    let app = server.app.clone();
    let mut response = app.oneshot(request.map(Body::new)).await?;
    if server.stop.phase() == Phase::Closing && version < Version::HTTP_2 {
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(CONNECTION, close);
    }
    // hyper asks for a piece of the body when it could hand on the pieces before.
    let pulse = pulse.clone();
    Ok(response.map(|body| {
        Body::new(body.map_frame(move |frame| {
            pulse.beat();
            frame
        }))
    }))
}

/// When something last went forward on a connection. hyper has a limit for the head of a request,
/// and none for a client that does not take its answer, or keeps HTTP/2 open and asks for nothing.
#[derive(Clone)]
struct Pulse(watch::Sender<Instant>);

impl Pulse {
    fn new() -> Pulse {
        Pulse(watch::Sender::new(Instant::now()))
    }

    fn beat(&self) {
        self.0.send_replace(Instant::now());
    }

    /// Waits until there was none for that long.
    async fn stopped(&self, limit: Duration) {
        loop {
            let last = *self.0.borrow();
            let Some(left) = limit.checked_sub(last.elapsed()) else {
                return;
            };
            sleep(left).await;
        }
    }
}
