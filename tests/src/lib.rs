//! The black box: starts a server of the course as a child process, sends it bytes over
//! TCP, and shows what came back as text.
//!
//! A conversation with a server is a data file, described in `CONTRIBUTING.md`:
//! [`requests::File`] reads one, [`conversation::play`] plays it against a
//! [`server::Server`] and gives the text that a snapshot keeps. [`transcript`] does the same for
//! commands in a terminal.

#![forbid(unsafe_code)]

pub mod axe;
#[cfg(feature = "browser")]
pub mod browser;
pub mod chromium;
pub mod conversation;
pub mod exercise;
pub mod redaction;
pub mod requests;
pub mod transcript;
