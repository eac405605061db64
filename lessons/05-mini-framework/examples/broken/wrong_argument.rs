//! A handler whose argument cannot be made from a request.

#![forbid(unsafe_code)]

use lesson_05::App;

async fn birthday(age: u8) -> String {
    format!("Happy {age}th birthday!")
}

fn main() {
    App::new().get("/birthday", birthday);
}
