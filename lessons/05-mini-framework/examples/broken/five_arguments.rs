//! A handler with more arguments than there are implementations for.

#![forbid(unsafe_code)]

use lesson_05::framework::{App, Query};

async fn greedy(_: Query, _: Query, _: Query, _: Query, _: Query) -> &'static str {
    "too much"
}

fn main() {
    App::new().get("/", greedy);
}
