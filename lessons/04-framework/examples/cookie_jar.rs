//! The cookies of a request once more, by `CookieJar` of axum-extra.
//!
//! Run it with `cargo run -p lesson-04 --example cookie_jar`.

#![forbid(unsafe_code)]

#[path = "../src/serve.rs"]
mod serve;

use std::collections::BTreeMap;

use axum::routing::get;
use axum::{Json, Router};
use axum_extra::extract::CookieJar;
use serde_json::{Value, json};

async fn cookies(jar: CookieJar) -> Json<Value> {
    let cookies = jar.iter().map(|cookie| (cookie.name(), [cookie.value()]));
    Json(json!({ "cookies": cookies.collect::<BTreeMap<_, _>>() }))
}

#[tokio::main]
async fn main() {
    let app = Router::new().route("/tour/cookies", get(cookies));
    if let Err(problem) = serve::serve(app).await {
        eprintln!("{problem:#}");
        std::process::exit(2);
    }
}
