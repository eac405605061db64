//! What can be chosen when the server starts, by the environment.

use std::env;

/// How much a client may ask: `burst` requests in `seconds` seconds.
pub struct Settings {
    pub burst: u32,
    pub seconds: u32,
}

impl Settings {
    pub fn from_environment() -> Result<Settings, String> {
        Ok(Settings {
            burst: number("BURST", 100)?,
            seconds: number("SECONDS", 1)?,
        })
    }
}

fn number(name: &str, otherwise: u32) -> Result<u32, String> {
    let Ok(text) = env::var(name) else {
        return Ok(otherwise);
    };
    let number = text
        .parse()
        .ok()
        .filter(|number| (1..=100_000).contains(number));
    number.ok_or_else(|| format!("{name} must be a number from 1 to 100000, not {text:?}."))
}
