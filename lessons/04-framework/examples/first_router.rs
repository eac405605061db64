//! The smallest app: one route, one handler.
//!
//! Run it with `cargo run -p lesson-04 --example first_router`.

#![forbid(unsafe_code)]

#[path = "../src/serve.rs"]
mod serve;

use axum::Router;
use axum::routing::get;

fn app() -> Router {
    Router::new().route("/hello", get(hello))
}

async fn hello() -> &'static str {
    "Hello, World!\n"
}

#[tokio::main]
async fn main() {
    if let Err(problem) = serve::serve(app()).await {
        eprintln!("{problem:#}");
        std::process::exit(2);
    }
}
