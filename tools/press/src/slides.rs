//! Decks: `slides/NN-topic.md`, as CONTRIBUTING.md describes them.
//!
//! 1. [`deck`] takes a deck apart: its slides with their minutes, pieces and notes.
//! 2. [`check`] holds it against the rules of a deck.
//! 3. `render` makes HTML of it, with code coloured by `highlight`.
//! 4. `server` shows it: `cargo slides`. `export` writes it to a file: `cargo slides export`.

pub mod check;
pub mod deck;
mod directive;
#[cfg(feature = "serve")]
pub mod export;
#[cfg(feature = "serve")]
pub(crate) mod highlight;
#[cfg(feature = "serve")]
mod pdf;
#[cfg(feature = "serve")]
mod picture;
#[cfg(feature = "serve")]
mod rehearsal;
#[cfg(feature = "serve")]
mod render;
#[cfg(feature = "serve")]
pub mod server;
#[cfg(feature = "serve")]
mod shown;
#[cfg(feature = "serve")]
mod watch;

pub use directive::{Kind, Live, Minutes, Step};
