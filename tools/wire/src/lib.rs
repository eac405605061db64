//! The black box: starts a server of the course as a child process, and speaks HTTP to it over TCP, byte by byte.
//!
//! | module | what stands there |
//! |---|---|
//! | [`answer`] | the one reader of answers: it is fed bytes, and reads nothing itself |
//! | [`along`] | follows bytes that go by, and says where an answer ends |
//! | [`connection`] | a client that sends what it is told, and keeps what comes |
//! | [`server`] | a server to ask |
//! | [`nginx`] | nginx, before it or beside it |
//! | [`visitor`] | a client with cookies, that sends forms |
//! | [`show`] | bytes as text that a person can read |

pub mod along;
pub mod answer;
pub mod connection;
pub mod nginx;
pub mod server;
pub mod show;
pub mod visitor;

pub use connection::{Answer, Connection};

/// How long anything may take before a test gives up. It bounds a hang, it measures nothing.
pub const PATIENCE: std::time::Duration = std::time::Duration::from_secs(60);
