//! What stands between an application and the network: accepts connections, lets hyper read
//! requests and write responses, and sets limits, since some clients are slow, broken or hostile.
//! It is that of the lesson; nothing is to be done here.

use std::convert::Infallible;
use std::pin::pin;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt, Limited};
use hyper::body::{Body, Bytes, Incoming};
use hyper::header::{CONNECTION, HOST, HeaderMap, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{StatusCode, Version};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};

use crate::framework::{IntoResponse, Refusal, Request, Response};

/// The largest body that is read, in bytes.
const BODY_LIMIT: usize = 2 * 1024 * 1024;
/// How long a client may take for the head of a request, and then again for its body.
const PATIENCE: Duration = Duration::from_secs(10);
/// How many connections are open at a time; further clients wait.
const CONNECTIONS: usize = 1000;

/// Opens the port, says so, and answers requests by `answer` until Ctrl-C: what `main` does.
pub async fn run<F, Fut>(answer: F) -> ExitCode
where
    F: Fn(Request) -> Fut + Clone + Send + 'static,
    Fut: Future<Output = Response> + Send,
{
    let listener = match bind().await {
        Ok(listener) => listener,
        Err(problem) => {
            eprintln!("{problem}");
            return ExitCode::from(2);
        }
    };
    // Ctrl-C is caught from the first time on that somebody waits for it. So we wait for no time
    // at all, before the line that says that this server can be used.
    let mut ctrl_c = Box::pin(tokio::signal::ctrl_c());
    let _ = timeout(Duration::ZERO, &mut ctrl_c).await;
    if let Ok(address) = listener.local_addr() {
        println!("Listening on http://{address}");
    }
    serve(listener, answer, async {
        let _ = ctrl_c.await;
    })
    .await;
    ExitCode::SUCCESS
}

/// Opens the port in `PORT` (default 8000; 0 lets the system choose) on this machine only.
async fn bind() -> Result<TcpListener, String> {
    let port = std::env::var_os("PORT").unwrap_or("8000".into());
    let port = port.to_string_lossy();
    let number: u16 = port
        .parse()
        .map_err(|_| format!("PORT must be a number from 0 to 65535, not {port:?}."))?;
    TcpListener::bind(("127.0.0.1", number)).await.map_err(|error| {
        format!("Cannot listen on port {number}: {error}. Stop the other server, or set PORT to another number.")
    })
}

/// Answers requests by `answer` until `stop` is ready; then takes no more connections and ends
/// those requests that have begun.
async fn serve<F, Fut>(listener: TcpListener, answer: F, stop: impl Future<Output = ()>)
where
    F: Fn(Request) -> Fut + Clone + Send + 'static,
    Fut: Future<Output = Response> + Send,
{
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(PATIENCE);
    // A client may shut its sending side after the request (`nc -N` does) and still wait.
    http.half_close(true);
    // Head and body in one piece: for pages of this size that is quicker than two.
    http.writev(false);
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let running = GracefulShutdown::new();
    let mut stop = pin!(stop);
    loop {
        let next = async {
            let place = Arc::clone(&places).acquire_owned().await;
            (place, listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            next = next => next,
            () = &mut stop => break,
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
        let answer = answer.clone();
        let service = service_fn(move |request| respond(answer.clone(), request));
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

/// Reads the request to its end, or refuses it, and has it answered.
async fn respond<F, Fut>(
    answer: F,
    request: hyper::Request<Incoming>,
) -> Result<Response, Infallible>
where
    F: Fn(Request) -> Fut,
    Fut: Future<Output = Response>,
{
    match receive(request).await {
        Ok(request) => Ok(answer(request).await),
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

async fn receive(request: hyper::Request<Incoming>) -> Result<Request, Refusal> {
    if request.version() == Version::HTTP_11 && !has_one_host(request.headers()) {
        let reason = "A request names its host, once.".into();
        return Err(Refusal(StatusCode::BAD_REQUEST, reason));
    }
    let too_large = || {
        let reason = format!("A body may have {BODY_LIMIT} bytes.");
        Refusal(StatusCode::PAYLOAD_TOO_LARGE, reason)
    };
    let (head, body) = request.into_parts();
    if body.is_end_stream() {
        return Ok(Request::from_parts(head, Bytes::new())); // no body, as in most requests
    }
    // Its Content-Length says more than we want to read: refused before it is sent.
    if body.size_hint().lower() > BODY_LIMIT as u64 {
        return Err(too_large());
    }
    match timeout(PATIENCE, Limited::new(body, BODY_LIMIT).collect()).await {
        Ok(Ok(body)) => Ok(Request::from_parts(head, body.to_bytes())),
        Ok(Err(error)) if error.is::<http_body_util::LengthLimitError>() => Err(too_large()),
        Ok(Err(_)) => {
            let reason =
                "The body broke off, or its chunks are not framed as RFC 9112 asks.".into();
            Err(Refusal(StatusCode::BAD_REQUEST, reason))
        }
        Err(_) => {
            let reason = "The body did not come in time.".into();
            Err(Refusal(StatusCode::REQUEST_TIMEOUT, reason))
        }
    }
}

/// RFC 9112, section 3.2: exactly one Host, of characters that a host and a port may have.
fn has_one_host(headers: &HeaderMap) -> bool {
    let mut hosts = headers.get_all(HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else {
        return false;
    };
    let allowed = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~:[]%!$&'()*+,;=".contains(byte);
    host.as_bytes().iter().all(allowed)
}
