//! The tea house: its routes and its handlers.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Redirect};
use axum::routing::get;
use axum::{Json, Router};
use axum_extra::TypedHeader;
use axum_extra::headers::{HeaderMapExt, IfMatch};
use minijinja::value::Serde;
use minijinja::{Environment, context};
use serde::Deserialize;

use crate::board::{Board, Order};
use crate::error::{AppError, AppForm, AppJson, AppPath};

/// What all requests share.
struct App {
    board: Board,
    pages: Environment<'static>,
}

pub fn routes() -> Router {
    let board = Board::default();
    let mut pages = Environment::new();
    let added = pages.add_template("board.html", include_str!("../templates/board.html"));
    added.expect("the template is well formed");
    Router::new()
        .route("/", get(index))
        .route("/orders", get(list).post(add))
        .route(
            "/orders/{id}",
            get(show).put(change).delete(remove).post(change_by_form),
        )
        .with_state(Arc::new(App { board, pages }))
}

async fn index(State(app): State<Arc<App>>) -> Result<Html<String>, AppError> {
    let page = app.pages.get_template("board.html")?;
    let orders = app.board.all();
    Ok(Html(page.render(context! { orders => Serde(orders) })?))
}

/// What a client writes on an order.
#[derive(Deserialize)]
struct NewText {
    text: String,
}

/// What a form on the page sends.
#[derive(Deserialize)]
struct Change {
    version: u64,
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
    headers: HeaderMap,
    AppJson(new): AppJson<NewText>,
) -> Result<impl IntoResponse, AppError> {
    let Some(seen) = headers.typed_get::<IfMatch>() else {
        let reason = "Say in If-Match which version you change: it is the ETag of what you read.";
        return Err(AppError(StatusCode::PRECONDITION_REQUIRED, reason.into()));
    };
    let is_wanted = |order: &Order| seen.precondition_passes(&order.tag());
    Ok(one(app.board.change(id, new.text, is_wanted)?))
}

async fn change_by_form(
    State(app): State<Arc<App>>,
    AppPath(id): AppPath<u64>,
    AppForm(new): AppForm<Change>,
) -> Result<Redirect, AppError> {
    let is_wanted = |order: &Order| order.version == new.version;
    app.board.change(id, new.text, is_wanted)?;
    Ok(Redirect::to("/"))
}

async fn remove(
    State(app): State<Arc<App>>,
    AppPath(id): AppPath<u64>,
) -> Result<StatusCode, AppError> {
    let removed = app.board.remove(id);
    removed.ok_or_else(|| AppError::no_order(id))?;
    Ok(StatusCode::NO_CONTENT)
}

/// An order as an answer, with its version.
fn one(order: Order) -> impl IntoResponse {
    (TypedHeader(order.tag()), Json(order))
}
