//! The parts of a full-stack framework, and a site made of them.

#![forbid(unsafe_code)]

pub mod admin;
pub mod app;
pub mod auth;
pub mod commands;
pub mod error;
pub mod fields;
pub mod forms;
pub mod messages;
pub mod middleware;
pub mod migrations;
pub mod models;
pub mod page;
pub mod settings;
pub mod signals;
pub mod templates;
pub mod testing;
pub mod urls;
pub mod views;
