//! The layers around the house, each in a file of its own, and their order.

mod again;
mod no_store;
mod rate_limit;
mod visitor;

use again::again;
use no_store::no_store;
pub use rate_limit::rate_limit;
use visitor::visitor;

use crate::service::Middleware;

/// Outermost first: the order in which a request meets them.
pub const STACK: &[Middleware] = &[no_store, visitor, again];
