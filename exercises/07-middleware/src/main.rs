//! # Exercise 07 · Middleware
//!
//! A tea house in a stack of layers. It answers, but it falls short: `cargo course` says how.
//!
//! Run it with `cargo run -p exercise-07`, then open <http://127.0.0.1:8000/>.
//!
//! | request | answer |
//! |---|---|
//! | `GET /` | what there is; may be stored for a minute |
//! | `GET /orders`, `POST /orders` | the orders; one more, in plain text |
//! | `POST /bell` | rings the bell |
//! | `PUT /kettle` | `on` or `off`: without it, no orders |
//!
//! `BURST` requests in `SECONDS` seconds are what a client may send.

#![forbid(unsafe_code)]

mod house;
mod layers;
mod serve;
mod service;
mod settings;

use axum::Router;

use crate::layers::{STACK, rate_limit};
use crate::serve::serve;
use crate::service::{router, wrap};
use crate::settings::Settings;

/// The layer that depends on settings is around the rest.
fn app() -> anyhow::Result<Router> {
    let settings = Settings::from_environment()?;
    let house = wrap(house::house(), STACK);
    Ok(router(rate_limit(&settings, house)))
}

#[tokio::main]
async fn main() {
    let served = async { serve(app()?).await };
    if let Err(problem) = served.await {
        eprintln!("{problem:#}");
        std::process::exit(2);
    }
}
