//! The tea house: its routes and its handlers.

use std::sync::Arc;

use axum::extract::rejection::{JsonRejection, PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::header::{ETAG, IF_MATCH, LINK};
use axum::http::{HeaderMap, StatusCode};
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

/// Which orders a client wants to see.
#[derive(Deserialize)]
pub struct Page {
    #[serde(default)]
    after: u64,
    #[serde(default = "twenty")]
    limit: usize,
}

fn twenty() -> usize {
    20
}

pub fn routes() -> Router {
    Router::new()
        .route("/orders", get(list).post(add))
        .route("/orders/{id}", get(show).put(change).delete(remove))
        .with_state(Arc::new(Board::default()))
}

async fn list(
    State(board): State<Arc<Board>>,
    page: Result<Query<Page>, QueryRejection>,
) -> Result<Response, AppError> {
    let Query(Page { after, limit }) = page?;
    if !(1..=100).contains(&limit) {
        let reason = format!("limit must be a number from 1 to 100, not {limit}.");
        return Err(AppError::new(StatusCode::BAD_REQUEST, reason));
    }
    let (orders, more) = board.page(after, limit);
    let last = orders.last().filter(|_| more).map(Order::id);
    let next = last.map(|last| {
        let link = format!("</orders?after={last}&limit={limit}>; rel=\"next\"");
        [(LINK, link)]
    });
    Ok((next, Json(orders)).into_response())
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
    headers: HeaderMap,
    id: AnId,
    new: AText,
) -> Result<Response, AppError> {
    let wanted = wanted_tags(&headers)?;
    let is_wanted = |tag: &str| wanted.iter().any(|wanted| wanted == "*" || wanted == tag);
    let order = board.change(id?.0, new?.0.text, is_wanted)?;
    Ok(one(order))
}

async fn remove(State(board): State<Arc<Board>>, id: AnId) -> Result<StatusCode, AppError> {
    let Path(id) = id?;
    let removed = board.remove(id);
    removed.ok_or_else(|| AppError::no_order(id))?;
    Ok(StatusCode::NO_CONTENT)
}

/// The tags in `If-Match`: the client wants to change one of these versions and no other.
fn wanted_tags(headers: &HeaderMap) -> Result<Vec<String>, AppError> {
    let lines = headers.get_all(IF_MATCH).iter();
    let text = lines.filter_map(|line| line.to_str().ok());
    let tags = text.flat_map(|text| text.split(','));
    let tags: Vec<String> = tags.map(|tag| tag.trim().to_string()).collect();
    if tags.is_empty() {
        let reason =
            "Say in If-Match which version you change: it is the ETag of what you have read.";
        return Err(AppError::new(StatusCode::PRECONDITION_REQUIRED, reason));
    }
    Ok(tags)
}

/// An order as an answer.
fn one(order: Order) -> Response {
    ([(ETAG, order.tag())], Json(order)).into_response()
}
