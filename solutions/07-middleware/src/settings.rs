//! What can be chosen when the server starts, in the environment.

use std::env;

use anyhow::Context;

/// How much a client may ask: `burst` requests in `seconds` seconds.
pub struct Settings {
    pub burst: u32,
    pub seconds: u32,
}

impl Settings {
    pub fn from_environment() -> anyhow::Result<Settings> {
        Ok(Settings {
            burst: number("BURST", 100)?,
            seconds: number("SECONDS", 1)?,
        })
    }
}

fn number(name: &str, otherwise: u32) -> anyhow::Result<u32> {
    let Ok(text) = env::var(name) else {
        return Ok(otherwise);
    };
    let number = text.parse().ok();
    let number = number.filter(|number| (1..=100_000).contains(number));
    number.with_context(|| format!("{name} must be a number from 1 to 100000, not {text:?}"))
}
