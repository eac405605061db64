//! Reads a signed cookie without its key: `COOKIE` is the value. What it says is open to everyone.
//!
//! Run it: `COOKIE=eyJh….… cargo run -p lesson-07 --example read_cookie`
#![forbid(unsafe_code)]

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;

// ANCHOR: main
fn main() {
    let cookie = std::env::var("COOKIE").unwrap_or_default();
    let (value, _signature) = cookie.split_once('.').unwrap_or((&cookie, ""));
    match BASE64.decode(value) {
        Ok(value) => println!("{}", String::from_utf8_lossy(&value)),
        Err(error) => eprintln!("COOKIE is no base64: {error}."),
    }
}
// ANCHOR_END: main
