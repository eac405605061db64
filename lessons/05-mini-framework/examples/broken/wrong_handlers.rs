//! Three more that are not handlers: one is not async, one returns what cannot become a response,
//! one has more arguments than there are implementations for.

#![forbid(unsafe_code)]

use lesson_05::{App, Query};

fn index() -> &'static str {
    "index"
}

async fn year() -> u16 {
    2026
}

async fn greedy(_: Query, _: Query, _: Query, _: Query, _: Query) -> &'static str {
    "too much"
}

fn main() {
    App::new()
        .get("/", index)
        .get("/year", year)
        .get("/greedy", greedy);
}
