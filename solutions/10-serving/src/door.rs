//! The door: connections, from the first byte to the last.

use std::convert::Infallible;
use std::env;
use std::net::IpAddr;
use std::pin::pin;
use std::time::Duration;

use anyhow::Context;
use hyper::header::{CONNECTION, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{self, AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

/// How long a client may take, for each thing that it is waited for.
pub const PATIENCE: Duration = Duration::from_secs(2);
/// How long an open connection may still bring a request, after Ctrl-C.
const A_MOMENT: Duration = Duration::from_secs(1);

pub async fn serve() -> anyhow::Result<()> {
    let port = port()?;
    let listener = TcpListener::bind(("127.0.0.1", port)).await;
    let listener = listener.with_context(|| format!("Cannot listen on port {port}"))?;
    println!("Listening on http://{}", listener.local_addr()?);

    let (closing, is_closing) = watch::channel(false);
    let mut ctrl_c = pin!(tokio::signal::ctrl_c());
    loop {
        let accepted = tokio::select! {
            _ = &mut ctrl_c => break,
            accepted = listener.accept() => accepted,
        };
        let Ok((stream, client)) = accepted else {
            sleep(Duration::from_millis(100)).await; // too many open files, most often
            continue;
        };
        tokio::spawn(converse(stream, client.ip(), is_closing.clone()));
    }
    drop((listener, is_closing));
    closing.send_replace(true);
    // Each conversation holds a receiver. When there is none left, all have ended.
    let _ = timeout(PATIENCE, closing.closed()).await;
    Ok(())
}

fn port() -> anyhow::Result<u16> {
    let port = env::var("PORT").unwrap_or("8000".into());
    let number = port.parse().ok();
    number.with_context(|| format!("PORT must be a port number from 0 to 65535, not {port:?}"))
}

/// One connection.
async fn converse(mut stream: TcpStream, client: IpAddr, mut closing: watch::Receiver<bool>) {
    speak(&mut stream, client, &mut closing).await;
    // A client that is still sending should hear the last answer: what it sends is thrown away.
    let _ = stream.shutdown().await;
    let mut rest = stream.take(4_000_000);
    let _ = timeout(PATIENCE, io::copy(&mut rest, &mut io::sink())).await;
}

async fn speak(stream: &mut TcpStream, client: IpAddr, closing: &mut watch::Receiver<bool>) {
    let is_closing = closing.clone();
    let service = service_fn(|request| {
        let is_closing = is_closing.clone();
        async move {
            let mut answer = crate::house::answer(request, client).await;
            if *is_closing.borrow() {
                let close = HeaderValue::from_static("close");
                answer.headers_mut().insert(CONNECTION, close);
            }
            Ok::<_, Infallible>(answer)
        }
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(PATIENCE);
    let mut connection = pin!(http.serve_connection(TokioIo::new(stream), service));
    // An error is a client that broke off or did not speak HTTP.
    tokio::select! {
        _ = connection.as_mut() => return,
        _ = closing.wait_for(|closing| *closing) => {}
    }
    // A request may be on its way. Its answer says that it is the last one.
    tokio::select! {
        _ = connection.as_mut() => return,
        () = sleep(A_MOMENT) => {}
    }
    connection.as_mut().graceful_shutdown();
    let _ = connection.await;
}
