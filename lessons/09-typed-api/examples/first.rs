//! The first version: a type, and what serde and axum make of it.
//!
//! ```sh
//! cargo run -p lesson-09 --example first
//! ```

#![forbid(unsafe_code)]

use axum::routing::post;
use axum::{Json, Router};
use lesson_09::serve::serve;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Item {
    name: String,
    price: f64,
    description: Option<String>,
    tax: Option<f64>,
}

async fn create(Json(item): Json<Item>) -> Json<Item> {
    Json(item)
}

#[tokio::main]
async fn main() {
    let app = Router::new().route("/items/new/", post(create));
    if let Err(problem) = serve(app).await {
        eprintln!("{problem:#}");
        std::process::exit(2);
    }
}
