//! Decks: `slides/NN-topic.md`, as CONTRIBUTING.md describes them.
//!
//! 1. [`deck`] takes a deck apart: its slides with their minutes, pieces and notes.
//! 2. [`check`] holds it against the rules of a deck.
//! 3. `render` makes HTML of it, with code coloured by `highlight`.
//! 4. `server` shows it: `cargo slides`.

pub mod check;
pub mod deck;
mod directive;
#[cfg(feature = "serve")]
pub(crate) mod highlight;
#[cfg(feature = "serve")]
mod rehearsal;
#[cfg(feature = "serve")]
mod render;
#[cfg(feature = "serve")]
pub mod server;
#[cfg(feature = "serve")]
mod watch;

pub use directive::{Kind, Live, Minutes, Step};
