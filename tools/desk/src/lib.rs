//! The desk of the instructor: decks in a browser, and requests to the servers of the lessons while they are shown.
//!
//! 1. `shown` takes a deck from the press, and `render` makes HTML of it, with code coloured by `highlight`.
//! 2. [`server`] shows it: `cargo slides`. [`export`] writes it to a file: `cargo slides export`.
//! 3. [`live`] has a lesson's server built and asked, for decks and book.
//! 4. [`serve`] is what the servers of decks and book have in common: who may ask, and the end.

pub mod export;
pub(crate) mod highlight;
pub mod live;
mod pdf;
mod picture;
mod rehearsal;
mod render;
pub mod serve;
pub mod server;
mod shown;
mod watch;
