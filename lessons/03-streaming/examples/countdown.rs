//! An answer that ends, sent piece by piece by hyper.
//! Run it with `cargo run -p lesson-03 --example countdown`.

#![forbid(unsafe_code)]

use std::convert::Infallible;
use std::time::Duration;

use anyhow::Context;
use futures_util::stream::unfold;
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, StreamBody};
use hyper::body::{Bytes, Frame, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::time::sleep;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    if let Err(problem) = serve().await {
        eprintln!("{problem:#}");
        std::process::exit(2);
    }
}

async fn serve() -> anyhow::Result<()> {
    let port = std::env::var("PORT").unwrap_or("8000".into());
    let listener = TcpListener::bind(format!("127.0.0.1:{port}")).await;
    let listener = listener.with_context(|| format!("Cannot listen on port {port}"))?;
    println!("Listening on http://{}", listener.local_addr()?);
    loop {
        let (socket, _) = listener.accept().await?;
        let connection =
            http1::Builder::new().serve_connection(TokioIo::new(socket), service_fn(respond));
        tokio::spawn(connection);
    }
}

type Body = BoxBody<Bytes, Infallible>;

async fn respond(_: Request<Incoming>) -> Result<Response<Body>, Infallible> {
    let frames = unfold(3, |number| async move {
        if number == 0 {
            return None;
        }
        sleep(Duration::from_secs(1)).await;
        let line = format!("{number} to go\n");
        Some((Ok(Frame::data(line.into())), number - 1))
    });
    Ok(Response::new(StreamBody::new(frames).boxed()))
}
