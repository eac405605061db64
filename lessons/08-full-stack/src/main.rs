//! Lesson 08: what is a full-stack framework made of?
//!
//! Notes on colored paper, in Django's layout: each file says which part of Django it stands for.
//!
//! ```sh
//! cargo run -p lesson-08
//! ```
//!
//! `cargo run -p lesson-08 -- help` lists the commands, `src/urls.rs` the pages.

#![forbid(unsafe_code)]

use clap::Parser;
use lesson_08::commands::Arguments;

#[tokio::main]
async fn main() {
    if let Err(problem) = Arguments::parse().run().await {
        eprintln!("{problem:#}");
        std::process::exit(2);
    }
}
