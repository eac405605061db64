//! What was recorded, as data.
//!
//! A conversation with a server is a data file, whose format [`requests`] describes:
//! [`requests::File`] reads one, [`conversation::play`] plays it against a server
//! and gives the text that a snapshot keeps. [`transcript`] describes and does the same for
//! commands in a terminal. [`redaction`] takes out what differs each time.

pub mod conversation;
pub mod redaction;
pub mod requests;
pub mod transcript;
