//! What is kept, and with which types and limits. Each is said once, here; forms, the API and the
//! admin ask these declarations. Django: `models.py`.
//!
//! A column whose name ends in `_at` is a time, in seconds since 1970, UTC.

pub mod attachment;
pub mod attempt;
pub mod group;
pub mod log_entry;
pub mod note;
pub mod profile;
pub mod request_key;
pub mod session;
pub mod user;
