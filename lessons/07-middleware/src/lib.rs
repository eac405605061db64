//! Lesson 07: what do we want on every request?
//!
//! The parts of the server in `main.rs`, from the two types that all of them share (`service`)
//! to the network (`serve`).
#![forbid(unsafe_code)]

pub mod layers;
pub mod log;
pub mod messages;
pub mod serve;
pub mod service;
pub mod session;
pub mod settings;
pub mod signed;
pub mod site;
pub mod visits;

use mimalloc::MiMalloc;

// ANCHOR: allocator
/// Where `Box`, `String` and `Vec` get their memory, instead of from the system's allocator.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;
// ANCHOR_END: allocator
