//! What this lesson promises, asked through its test client. Each file is a room of its own.

mod admin;
mod admin_edit;
mod admin_list;
mod auth;
mod board;
mod built_in;
mod columns;
mod commands;
mod crawl;
mod csrf;
mod database;
#[rustfmt::skip] // as makemigrations prints it
mod drafted;
mod files;
mod filters;
mod forms;
mod hosts;
mod injection;
mod lists;
mod my_api;
mod names;
mod notes;
mod passwords;
mod people;
mod reset;
mod sessions;
mod settings;
mod signals;
mod terminal;
