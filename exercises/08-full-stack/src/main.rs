//! # Exercise 08 · A full-stack application
//!
//! A tea house with a database, in the layout of lesson 08. It answers, but it falls short: `cargo course` says how.
//!
//! Run it with `cargo run -p exercise-08`, then open <http://127.0.0.1:8000/>.
//!
//! | request | answer |
//! |---|---|
//! | `GET /` | the teas on the menu |
//! | `GET /orders/`, `GET` and `POST /orders/add/` | the orders; the form for one more |
//! | `GET /api/teas`, `POST /api/orders` | the same for programs, in JSON |
//! | `/admin/` | pages for the staff |
//!
//! You need to change `models/`, `migrations/`, `signals.rs` and `admin.rs`. The other files are parts of lesson 08, smaller.

#![forbid(unsafe_code)]

mod admin;
mod app;
mod auth;
mod error;
mod fields;
mod forms;
mod middleware;
mod migrations;
mod models;
mod page;
mod serve;
mod signals;
mod templates;
mod urls;
mod views;

use crate::app::App;

async fn run() -> anyhow::Result<()> {
    let listener = serve::bind().await?;
    let app = App::open().await?;
    migrations::up(&app.db).await?;
    for problem in models::check(&app.db).await {
        eprintln!("{problem}");
    }
    serve::serve(listener, urls::site(app)).await
}

#[tokio::main]
async fn main() {
    if let Err(problem) = run().await {
        eprintln!("{problem:#}");
        std::process::exit(2);
    }
}
