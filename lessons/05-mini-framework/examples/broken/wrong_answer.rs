//! A handler whose answer cannot become a response.

#![forbid(unsafe_code)]

use lesson_05::framework::App;

async fn year() -> u16 {
    2026
}

fn main() {
    App::new().get("/year", year);
}
