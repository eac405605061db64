//! Two requests through the stack, without a network, and what they leave in the log.
//!
//! Run it: `cargo run -p lesson-07 --example log_lines`

#![forbid(unsafe_code)]

use axum::body::Body;
use axum::extract::Request;
use lesson_07::{app, log};
use tower::ServiceExt;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    log::start();
    for path in ["/hello?name=Ada", "/boom"] {
        let request = Request::get(path).header("host", "localhost");
        let request = request.header("x-request-id", "find-me");
        app()?.oneshot(request.body(Body::empty())?).await?;
    }
    Ok(())
}
