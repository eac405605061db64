//! What a handler can have as an argument: our own extractors.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde::Deserialize;

use crate::error::AppError;

/// The table at which a guest sits: the header `X-Table`, a number from 1 to 20.
pub struct Table(pub u8);

impl<S: Send + Sync> FromRequestParts<S> for Table {
    type Rejection = AppError;

    async fn from_request_parts(_parts: &mut Parts, _state: &S) -> Result<Table, AppError> {
        Ok(Table(1)) // everybody sits at table 1
    }
}

/// What is ordered: the number of a tea, and how many cups.
#[derive(Deserialize)]
pub struct Order {
    pub tea: usize,
    pub cups: u32,
}
