//! The tea house: its routes and its handlers.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
use serde::Deserialize;

use crate::board::{Board, Order};
use crate::error::{AppError, AppJson, AppPath};

/// What all requests share.
struct App {
    board: Board,
}

pub fn routes() -> Router {
    let board = Board::default();
    Router::new()
        .route("/orders", get(list).post(add))
        .route("/orders/{id}", get(show).put(change))
        .with_state(Arc::new(App { board }))
}

/// What a client writes on an order.
#[derive(Deserialize)]
struct NewText {
    text: String,
}

async fn list(State(app): State<Arc<App>>) -> Json<Vec<Order>> {
    Json(app.board.all())
}

async fn add(State(app): State<Arc<App>>, AppJson(new): AppJson<NewText>) -> impl IntoResponse {
    (StatusCode::CREATED, one(app.board.add(new.text)))
}

async fn show(
    State(app): State<Arc<App>>,
    AppPath(id): AppPath<u64>,
) -> Result<impl IntoResponse, AppError> {
    let order = app.board.find(id);
    Ok(one(order.ok_or_else(|| AppError::no_order(id))?))
}

async fn change(
    State(app): State<Arc<App>>,
    AppPath(id): AppPath<u64>,
    AppJson(new): AppJson<NewText>,
) -> Result<impl IntoResponse, AppError> {
    let order = app.board.change(id, new.text);
    Ok(one(order.ok_or_else(|| AppError::no_order(id))?))
}

/// An order as an answer.
fn one(order: Order) -> impl IntoResponse {
    Json(order)
}
