//! What a handler can have as an argument: our own extractors.

use axum::Json;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use serde::Deserialize;

use crate::error::AppError;

/// axum's `Path`, which refuses as this house does.
#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Path), rejection(AppError))]
pub struct Path<T>(pub T);

/// axum's `Query`, which refuses as this house does.
#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Query), rejection(AppError))]
pub struct Query<T>(pub T);

/// The table at which a guest sits: the header `X-Table`, a number from 1 to 20.
pub struct Table(pub u8);

impl<S: Send + Sync> FromRequestParts<S> for Table {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Table, AppError> {
        let refuse = |why: &str| AppError(StatusCode::BAD_REQUEST, why.to_string());
        let mut values = parts.headers.get_all("x-table").iter();
        let (Some(value), None) = (values.next(), values.next()) else {
            return Err(refuse("Send the header X-Table, once."));
        };
        let number = value.to_str().ok().and_then(|text| text.parse().ok());
        let table = number.filter(|number| (1..=20).contains(number));
        table
            .map(Table)
            .ok_or_else(|| refuse("X-Table must be a number from 1 to 20."))
    }
}

/// What is ordered: the number of a tea, and how many cups.
#[derive(Deserialize)]
pub struct Order {
    pub tea: usize,
    pub cups: u32,
}

impl<S: Send + Sync> FromRequest<S> for Order {
    type Rejection = AppError;

    async fn from_request(request: Request, state: &S) -> Result<Order, AppError> {
        let Json(order) = Json::<Order>::from_request(request, state).await?;
        if !(1..=12).contains(&order.cups) {
            let why = "cups must be a number from 1 to 12.".to_string();
            return Err(AppError(StatusCode::UNPROCESSABLE_ENTITY, why));
        }
        Ok(order)
    }
}
