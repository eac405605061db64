//! The parts of lesson 09, which its server and its client share.

#![forbid(unsafe_code)]

pub mod api;
pub mod error;
pub mod extract;
pub mod item;
pub mod read;
pub mod serve;
pub mod store;
