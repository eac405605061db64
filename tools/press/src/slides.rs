//! Decks: `slides/NN-topic.md`, as CONTRIBUTING.md describes them.
//!
//! 1. [`deck`] takes a deck apart: its slides with their minutes, pieces and notes.
//! 2. [`check`] holds it against the rules of a deck.

pub mod check;
pub mod deck;
mod directive;

pub use directive::{Kind, Live, Minutes, Step};
