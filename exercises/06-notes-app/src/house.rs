//! The tea house: its routes and its handlers.

use std::sync::Arc;

use axum::extract::rejection::{JsonRejection, PathRejection};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde::Deserialize;

use crate::board::{Board, Order};
use crate::error::AppError;

type AnId = Result<Path<u64>, PathRejection>;
type AText = Result<Json<NewText>, JsonRejection>;

/// What a client writes on an order.
#[derive(Deserialize)]
pub struct NewText {
    text: String,
}

pub fn routes() -> Router {
    Router::new()
        .route("/orders", get(list).post(add))
        .route("/orders/{id}", get(show).put(change))
        .with_state(Arc::new(Board::default()))
}

async fn list(State(board): State<Arc<Board>>) -> Json<Vec<Order>> {
    Json(board.all())
}

async fn add(State(board): State<Arc<Board>>, new: AText) -> Result<Response, AppError> {
    let order = board.add(new?.0.text);
    Ok((StatusCode::CREATED, one(order)).into_response())
}

async fn show(State(board): State<Arc<Board>>, id: AnId) -> Result<Response, AppError> {
    let Path(id) = id?;
    let order = board.find(id);
    Ok(one(order.ok_or_else(|| AppError::no_order(id))?))
}

async fn change(
    State(board): State<Arc<Board>>,
    id: AnId,
    new: AText,
) -> Result<Response, AppError> {
    let Path(id) = id?;
    let order = board.change(id, new?.0.text);
    Ok(one(order.ok_or_else(|| AppError::no_order(id))?))
}

/// An order as an answer.
fn one(order: Order) -> Response {
    Json(order).into_response()
}
