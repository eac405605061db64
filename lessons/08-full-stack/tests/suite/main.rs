//! What this lesson promises, asked through its test client. Each file is a room of its own.

mod admin;
mod admin_edit;
mod admin_list;
mod board;
mod commands;
mod database;
mod files;
mod injection;
mod my_api;
mod notes;
mod people;
