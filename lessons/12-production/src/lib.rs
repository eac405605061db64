//! Lesson 12: what changes when strangers use it? A notes site in the rooms of a Django project, each
//! in its own file.
#![forbid(unsafe_code)]

pub mod admin;
pub mod app;
pub mod auth;
pub mod commands;
pub mod db;
pub mod email;
pub mod error;
pub mod fields;
pub mod forms;
pub mod messages;
pub mod middleware;
pub mod migrations;
pub mod models;
pub mod page;
pub mod serve;
pub mod settings;
pub mod signals;
pub mod templates;
pub mod testing;
pub mod urls;
pub mod views;
