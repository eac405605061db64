//! # Exercise 04 · A framework
//!
//! A tea house on axum. `WHY.md`, beside this folder, says why it is so.
//!
//! Run it with `cargo run -p exercise-04`, then open <http://127.0.0.1:8000/>.
//!
//! | request | answer |
//! |---|---|
//! | `GET /` | the menu |
//! | `GET /teas/{number}?cups=2` | cups of a tea |
//! | `GET /bill`, `PUT /bill` | the bill of the table in `X-Table`; it is paid |
//! | `POST /orders` | an order in JSON is taken |

#![forbid(unsafe_code)]

mod error;
mod extract;
mod serve;

use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::error::AppError;
use crate::extract::{Order, Path, Query, Table};

const TEAS: [&str; 4] = ["assam", "genmaicha", "oolong", "rooibos"];

fn app() -> Router {
    Router::new()
        .route("/", get(menu))
        .route("/teas/{number}", get(tea))
        .route("/bill", get(bill).put(pay))
        .route("/orders", post(order))
}

async fn menu() -> String {
    let teas = TEAS.iter().zip(1..);
    teas.map(|(tea, number)| format!("{number} {tea}\n"))
        .collect()
}

/// What the query may say.
#[derive(Deserialize)]
struct Wish {
    cups: Option<u32>,
}

/// Cups of a tea, by its number on the menu: one, if the query does not say how many.
async fn tea(Path(number): Path<usize>, Query(wish): Query<Wish>) -> Result<String, AppError> {
    let cups = wish.cups.unwrap_or(1);
    Ok(format!("{cups} x {}\n", name(number)?))
}

async fn bill(Table(table): Table) -> String {
    format!("The bill of table {table}.\n")
}

async fn pay(Table(table): Table) -> String {
    format!("Table {table} has paid.\n")
}

async fn order(order: Order) -> Result<(StatusCode, Json<Value>), AppError> {
    let tea = name(order.tea)?;
    let taken = json!({ "tea": tea, "cups": order.cups });
    Ok((StatusCode::CREATED, Json(taken)))
}

fn name(number: usize) -> Result<&'static str, AppError> {
    let tea = number.checked_sub(1).and_then(|place| TEAS.get(place));
    tea.copied().ok_or_else(|| {
        let reason = format!("There is no tea {number}.");
        AppError(StatusCode::NOT_FOUND, reason)
    })
}

#[tokio::main]
async fn main() {
    if let Err(problem) = serve::serve(app()).await {
        eprintln!("{problem:#}");
        std::process::exit(2);
    }
}
