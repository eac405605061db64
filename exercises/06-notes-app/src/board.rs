//! An order, and the board on which all of them hang.

use std::sync::{Mutex, MutexGuard};

use serde::Serialize;

#[derive(Clone, Serialize)]
pub struct Order {
    pub id: u64,
    pub text: String,
}

/// The orders, in the order of their ids.
#[derive(Default)]
pub struct Board(Mutex<Vec<Order>>);

impl Board {
    pub fn all(&self) -> Vec<Order> {
        self.lock().clone()
    }

    pub fn find(&self, id: u64) -> Option<Order> {
        let orders = self.lock();
        orders.iter().find(|order| order.id == id).cloned()
    }

    /// Hangs up one more, and gives it back.
    pub fn add(&self, text: String) -> Order {
        let mut orders = self.lock();
        let id = orders.len() as u64 + 1;
        let order = Order { id, text };
        orders.push(order.clone());
        order
    }

    /// Changes the text of one, and gives it back.
    pub fn change(&self, id: u64, text: String) -> Option<Order> {
        let mut orders = self.lock();
        let order = orders.iter_mut().find(|order| order.id == id)?;
        order.text = text;
        Some(order.clone())
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Order>> {
        self.0.lock().expect("nobody panics with the lock")
    }
}
