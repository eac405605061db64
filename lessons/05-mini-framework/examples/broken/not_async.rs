//! A handler that is not an async function.

#![forbid(unsafe_code)]

use lesson_05::framework::App;

fn index() -> &'static str {
    "index"
}

fn main() {
    App::new().get("/", index);
}
