//! # Exercise 04 · A framework
//!
//! A tea house on axum. It answers, but it falls short: `cargo course` says how.
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

use std::collections::HashMap;

use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::error::AppError;
use crate::extract::{Order, Table};

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

/// Cups of a tea, by its number on the menu: one, if the query does not say how many.
async fn tea(
    Path(number): Path<String>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<String, AppError> {
    let number = number.parse().unwrap_or(0);
    let cups = query.get("cups").and_then(|cups| cups.parse().ok());
    let cups: u32 = cups.unwrap_or(1);
    Ok(format!("{cups} x {}\n", name(number)?))
}

async fn bill(Table(table): Table) -> String {
    format!("The bill of table {table}.\n")
}

async fn pay(Table(table): Table) -> String {
    format!("Table {table} has paid.\n")
}

async fn order(Json(order): Json<Order>) -> Result<(StatusCode, Json<Value>), AppError> {
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
