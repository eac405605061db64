//! The tea house: its routes and its handlers.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::error::AppError;
use crate::extract::{Order, Table};

const TEAS: [&str; 4] = ["assam", "genmaicha", "oolong", "rooibos"];

pub fn routes() -> Router {
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

/// A tea by its number on the menu.
async fn tea(Path(number): Path<String>) -> Result<String, AppError> {
    let number = number.parse().unwrap_or(0);
    Ok(format!("Tea {number} is {}.\n", name(number)?))
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
    tea.copied()
        .ok_or_else(|| AppError::new(StatusCode::NOT_FOUND, format!("There is no tea {number}.")))
}
