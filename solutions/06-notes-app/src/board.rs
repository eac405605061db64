//! An order, and the board on which all of them hang.

use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::http::StatusCode;
use serde::Serialize;

use crate::error::AppError;

#[derive(Clone, Serialize)]
pub struct Order {
    id: u64,
    text: String,
    #[serde(skip)]
    version: u64,
}

impl Order {
    pub fn id(&self) -> u64 {
        self.id
    }

    /// What this version of the order is called, in quotation marks as ETag wants it.
    pub fn tag(&self) -> String {
        format!("\"{}\"", self.version)
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
    /// At most `limit` orders whose ids are greater than `after`, and whether there are more.
    pub fn page(&self, after: u64, limit: usize) -> (Vec<Order>, bool) {
        let orders = self.lock();
        let mut behind = orders.hanging.iter().filter(|order| order.id > after);
        let page = behind.by_ref().take(limit).cloned().collect();
        (page, behind.next().is_some())
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

    /// Changes the text of one, and gives it back. The tag is compared and the text is written in
    /// one hold of the lock: nobody comes in between.
    pub fn change(
        &self,
        id: u64,
        text: String,
        wanted: impl Fn(&str) -> bool,
    ) -> Result<Order, AppError> {
        let mut orders = self.lock();
        let found = orders.hanging.iter_mut().find(|order| order.id == id);
        let order = found.ok_or_else(|| AppError::no_order(id))?;
        if !wanted(&order.tag()) {
            let reason = "Somebody has changed this order since you read it.";
            return Err(AppError::new(StatusCode::PRECONDITION_FAILED, reason));
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

    /// Held for as long as a copy takes, and never while somebody waits.
    fn lock(&self) -> MutexGuard<'_, Orders> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
