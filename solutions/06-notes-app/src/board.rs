//! An order, and the board on which all of them hang.

use std::sync::{Mutex, MutexGuard};

use axum::http::StatusCode;
use axum_extra::headers::ETag;
use serde::Serialize;

use crate::error::AppError;

#[derive(Clone, Serialize)]
pub struct Order {
    pub id: u64,
    pub text: String,
    pub version: u64,
}

impl Order {
    pub fn tag(&self) -> ETag {
        let tag = format!("\"{}\"", self.version);
        tag.parse().expect("a number in quotation marks is a tag")
    }
}

/// The orders, in the order of their ids.
#[derive(Default)]
pub struct Board(Mutex<Orders>);

#[derive(Default)]
struct Orders {
    hanging: Vec<Order>,
    last_id: u64,
}

impl Board {
    pub fn all(&self) -> Vec<Order> {
        self.lock().hanging.clone()
    }

    pub fn find(&self, id: u64) -> Option<Order> {
        let orders = self.lock();
        orders.hanging.iter().find(|order| order.id == id).cloned()
    }

    /// Hangs up one more, and gives it back.
    pub fn add(&self, text: String) -> Order {
        let mut orders = self.lock();
        orders.last_id += 1;
        let (id, version) = (orders.last_id, 1);
        let order = Order { id, text, version };
        orders.hanging.push(order.clone());
        order
    }

    /// Changes the text of one, and gives it back. `is_wanted` looks at the order in the same hold
    /// of the lock in which it is changed: nobody comes in between.
    pub fn change(
        &self,
        id: u64,
        text: String,
        is_wanted: impl Fn(&Order) -> bool,
    ) -> Result<Order, AppError> {
        let mut orders = self.lock();
        let found = orders.hanging.iter_mut().find(|order| order.id == id);
        let order = found.ok_or_else(|| AppError::no_order(id))?;
        if !is_wanted(order) {
            let reason = "Somebody has changed this order since you read it.";
            return Err(AppError(StatusCode::PRECONDITION_FAILED, reason.into()));
        }
        order.text = text;
        order.version += 1;
        Ok(order.clone())
    }

    /// Takes one off the board. Nothing if it does not hang there.
    pub fn remove(&self, id: u64) -> Option<Order> {
        let hanging = &mut self.lock().hanging;
        let place = hanging.iter().position(|order| order.id == id)?;
        Some(hanging.remove(place))
    }

    fn lock(&self) -> MutexGuard<'_, Orders> {
        self.0.lock().expect("nobody panics with the lock")
    }
}
