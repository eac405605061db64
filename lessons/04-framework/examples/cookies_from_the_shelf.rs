//! Two stops of the tour once more, from the shelf: cookies by axum-extra's `CookieJar`, and the
//! names of a part as axum reads them.
//!
//! Run it with `cargo run -p lesson-04 --example cookies_from_the_shelf`.

#![forbid(unsafe_code)]

#[path = "../src/serve.rs"]
mod serve;

use std::collections::BTreeMap;

use axum::extract::Multipart;
use axum::extract::multipart::MultipartError;
use axum::routing::{get, post};
use axum::{Json, Router};
use axum_extra::extract::CookieJar;
use serde_json::{Value, json};

fn app() -> Router {
    Router::new()
        .route("/tour/cookies", get(cookies))
        .route("/tour/files", post(files))
}

async fn cookies(jar: CookieJar) -> Json<Value> {
    let cookies = jar.iter().map(|cookie| (cookie.name(), [cookie.value()]));
    Json(json!({ "cookies": cookies.collect::<BTreeMap<_, _>>() }))
}

async fn files(mut body: Multipart) -> Result<Json<Value>, MultipartError> {
    let mut parts = Vec::new();
    while let Some(part) = body.next_field().await? {
        parts.push(json!({ "name": part.name(), "file_name": part.file_name() }));
    }
    Ok(Json(json!({ "parts": parts })))
}

#[tokio::main]
async fn main() {
    if let Err(problem) = serve::serve(app()).await {
        eprintln!("{problem:#}");
        std::process::exit(2);
    }
}
