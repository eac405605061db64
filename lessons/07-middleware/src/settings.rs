//! What can be chosen when the server starts, by the environment.

use std::env;

use crate::layers::{MIDDLEWARE, named};
use crate::service::Middleware;

pub struct Settings {
    /// The stack, outermost first.
    pub layers: Vec<Middleware>,
    /// What sessions are signed with. Whoever knows it can be anybody.
    pub secret_key: Vec<u8>,
    /// Whether browsers reach us by https.
    pub tls: bool,
}

impl Settings {
    // ANCHOR: settings
    pub fn from_environment() -> Result<Settings, String> {
        let layers = match env::var("LAYERS") {
            Ok(names) => named(&names)?,
            Err(_) => MIDDLEWARE.iter().map(|(_, layer)| *layer).collect(),
        };
        let secret_key = match env::var("SECRET_KEY") {
            Ok(key) if key.len() >= 32 => key.into_bytes(),
            Ok(_) => return Err("SECRET_KEY must have 32 bytes or more.".into()),
            // With a new key, sessions do not outlive the server. That is safe, and will do here.
            Err(_) => random_key()?,
        };
        let tls = env::var("TLS").is_ok_and(|tls| tls == "1");
        Ok(Settings {
            layers,
            secret_key,
            tls,
        })
    }
    // ANCHOR_END: settings
}

fn random_key() -> Result<Vec<u8>, String> {
    let mut key = [0; 64];
    getrandom::fill(&mut key)
        .map_err(|error| format!("The system has no random bytes for a key: {error}."))?;
    Ok(key.to_vec())
}
