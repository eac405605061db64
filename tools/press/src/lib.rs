//! The press: it puts what is compiled and what is recorded into the pages of the course.
//!
//! `cargo sync` fills the fenced blocks of the notes from their sources and checks that the pages
//! hold together. The way of a page:
//!
//! 1. [`repository`] finds the pages and reads files, none of them outside the repository.
//! 2. [`page`] takes the Markdown apart: comments, code blocks, headings, links.
//! 3. [`marker`] reads what a `<!-- sync: … -->` comment asks for.
//! 4. [`sources`] fetches it: code, an exchange, a transcript.
//!    [`place`] says where code belongs.
//! 5. [`fill`] says what each block has to hold.
//! 6. [`rules`] finds what a page must not contain.
//!    [`ladder`] draws the picture of all lessons.
//!    [`sizes`] says how long each lesson is, and how much of it is shown.
//! 7. [`sync`] does it for the whole repository: [`sync::fill`] writes, [`sync::check`] reports.
//!
//! [`slides`] is what a deck says, and the rules that it keeps. What shows decks is in the package `desk`.

pub mod block;
pub mod command;
pub mod fill;
pub mod html;
pub mod ladder;
pub mod marker;
pub mod page;
pub mod place;
pub mod program;
pub mod report;
pub mod repository;
pub mod rules;
pub mod sizes;
pub mod slides;
pub mod sources;
pub mod sync;
pub mod target;
