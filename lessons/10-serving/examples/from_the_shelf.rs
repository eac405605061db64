//! The same, from the shelf: a folder by tower-http's `ServeDir`, connections by axum-server.
//!
//! ```sh
//! cargo run -p lesson-10 --example from_the_shelf -- FOLDER
//! ```
//!
//! The note says what it gives up. `PORT`, `SITE` and `TLS` mean what they do in the lesson.
#![forbid(unsafe_code)]

use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use std::{env, io};

use anyhow::Context;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::{CACHE_CONTROL, HOST, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderValue, StatusCode, Uri, Version};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum_server::Handle;
use axum_server::accept::NoDelayAcceptor;
use axum_server::tls_rustls::RustlsConfig;
use hyper_util::rt::TokioExecutor;
use hyper_util::server::conn::auto::Builder;
use percent_encoding::percent_decode_str;
use tower_http::compression::CompressionLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::{RequestBodyTimeoutLayer, TimeoutLayer};
use tower_http::trace::{DefaultMakeSpan, DefaultOnResponse, TraceLayer};
use tracing::Level;

const PATIENCE: Duration = Duration::from_secs(10);

#[tokio::main]
async fn main() {
    if let Err(problem) = serve().await {
        eprintln!("{problem:#}");
        std::process::exit(2);
    }
}

fn app(folder: PathBuf, is_ready: Arc<AtomicBool>) -> Router {
    let ready = async move || match is_ready.load(Ordering::Relaxed) {
        true => (StatusCode::OK, "ready\n"),
        false => (StatusCode::SERVICE_UNAVAILABLE, "stopping\n"),
    };
    let files = Router::new()
        .fallback_service(ServeDir::new(&folder))
        .layer(from_fn_with_state(folder, only_ours));
    let late = StatusCode::SERVICE_UNAVAILABLE;
    let nosniff = HeaderValue::from_static("nosniff");
    let no_cache = HeaderValue::from_static("no-cache");
    // By default it writes at level DEBUG, which nobody sees.
    let log = TraceLayer::new_for_http()
        .make_span_with(DefaultMakeSpan::new().level(Level::INFO))
        .on_response(DefaultOnResponse::new().level(Level::INFO));
    Router::new()
        .route("/.health", get(async || "alive\n"))
        .route("/.ready", get(ready))
        .fallback_service(files)
        // The last layer is the outermost: the first that a request meets.
        .layer(from_fn(one_host))
        .layer(TimeoutLayer::with_status_code(late, PATIENCE))
        .layer(RequestBodyTimeoutLayer::new(PATIENCE))
        .layer(RequestBodyLimitLayer::new(64 * 1024))
        .layer(CompressionLayer::new())
        .layer(SetResponseHeaderLayer::overriding(
            X_CONTENT_TYPE_OPTIONS,
            nosniff,
        ))
        .layer(SetResponseHeaderLayer::if_not_present(
            CACHE_CONTROL,
            no_cache,
        ))
        .layer(log)
}

/// `ServeDir` serves `.git`, too, and follows a link that leads out of the folder. (Between this
/// look and its own, the link may be changed.)
async fn only_ours(State(folder): State<PathBuf>, request: Request, next: Next) -> Response {
    let path = percent_decode_str(request.uri().path()).decode_utf8_lossy();
    let is_hidden = path.split('/').any(|name| name.starts_with('.'));
    let real = tokio::fs::canonicalize(folder.join(path.trim_matches('/'))).await;
    match !is_hidden && real.is_ok_and(|real| real.starts_with(&folder)) {
        true => next.run(request).await,
        false => StatusCode::NOT_FOUND.into_response(),
    }
}

/// RFC 9112, section 3.2: exactly one Host.
async fn one_host(request: Request, next: Next) -> Response {
    let hosts = request.headers().get_all(HOST);
    let is_host = |host: &HeaderValue| Uri::try_from(host.as_bytes()).is_ok();
    let is_one = hosts.iter().count() == 1 && hosts.iter().all(is_host);
    match is_one || request.version() != Version::HTTP_11 {
        true => next.run(request).await,
        false => (StatusCode::BAD_REQUEST, "A request names its host, once.\n").into_response(),
    }
}

/// How long a client may take for the head of a request, and how long that may be.
fn set_limits(http: &mut Builder<TokioExecutor>) {
    http.http1()
        .header_read_timeout(PATIENCE)
        .max_buf_size(32 * 1024)
        .half_close(true);
    http.http2()
        .keep_alive_interval(PATIENCE)
        .keep_alive_timeout(PATIENCE)
        .max_concurrent_streams(100);
}

async fn serve() -> anyhow::Result<()> {
    let folder = env::args_os().nth(1).or_else(|| env::var_os("SITE"));
    let folder = PathBuf::from(folder.unwrap_or(".".into()));
    let real = folder.canonicalize();
    let folder = real.with_context(|| format!("Cannot serve {}", folder.display()))?;
    let port = env::var("PORT").unwrap_or("8000".into());
    let number: Option<u16> = port.parse().ok();
    let number = number
        .with_context(|| format!("PORT must be a port number from 0 to 65535, not {port:?}"))?;
    let listener = TcpListener::bind(("127.0.0.1", number))
        .with_context(|| format!("Cannot listen on port {number}"))?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;

    tracing_subscriber::fmt().with_writer(io::stderr).init();
    let is_ready = Arc::new(AtomicBool::new(true));
    let app = app(folder, Arc::clone(&is_ready)).into_make_service();
    let handle = Handle::new();
    tokio::spawn(stop_on_ctrl_c(handle.clone(), is_ready));
    if env::var("TLS").is_ok_and(|tls| tls == "1") {
        let names = ["localhost".to_string(), "127.0.0.1".to_string()];
        let made = rcgen::generate_simple_self_signed(names)?;
        let (cert, key) = (made.cert.der().to_vec(), made.signing_key.serialize_der());
        let config = RustlsConfig::from_der(vec![cert], key).await?;
        println!("Listening on https://{address}");
        let server = axum_server::from_tcp_rustls(listener, config)?;
        let server = server.map(|tls| tls.acceptor(NoDelayAcceptor::new()));
        let mut server = server.handle(handle);
        set_limits(server.http_builder());
        // Both are needed: this one until the first head begins, the other one from then on.
        server.first_request_timeout(PATIENCE).serve(app).await?;
    } else {
        println!("Listening on http://{address}");
        // Without it, the system holds the body back until the client has confirmed the head.
        let server = axum_server::from_tcp(listener)?.acceptor(NoDelayAcceptor::new());
        let mut server = server.handle(handle).http1_only();
        set_limits(server.http_builder());
        server.first_request_timeout(PATIENCE).serve(app).await?;
    }
    Ok(())
}

async fn stop_on_ctrl_c(handle: Handle<SocketAddr>, is_ready: Arc<AtomicBool>) {
    tokio::signal::ctrl_c()
        .await
        .expect("Ctrl-C can be listened for");
    is_ready.store(false, Ordering::Relaxed);
    handle.graceful_shutdown(Some(PATIENCE));
}
