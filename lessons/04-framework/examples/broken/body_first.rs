//! A handler that asks for the body first. Only the last argument may take it.
//!
//! It does not compile: `cargo check -p lesson-04 --example body_first --features broken`.

#![forbid(unsafe_code)]

use axum::Router;
use axum::http::HeaderMap;
use axum::routing::post;

fn main() {
    let _: Router = Router::new().route("/data", post(data));
}

async fn data(body: String, headers: HeaderMap) -> String {
    format!("{} headers, {} bytes", headers.len(), body.len())
}
