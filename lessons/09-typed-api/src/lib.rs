//! The parts of lesson 09, which its server and its client share.
#![forbid(unsafe_code)]

pub mod api;
pub mod docs;
pub mod error;
pub mod extract;
pub mod field;
pub mod item;
pub mod page;
pub mod price;
pub mod record;
pub mod serve;
pub mod store;
