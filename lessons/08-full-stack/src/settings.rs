//! What can be set from outside, by environment variables. Django: `settings.py`.

use std::env;

use anyhow::{bail, ensure};

#[derive(Clone, Debug)]
pub struct Settings {
    /// For development: templates are read anew when they change.
    pub debug: bool,
    /// Session cookies are signed with it.
    pub secret_key: String,
    /// The names by which the site may be asked for; `.example.com` stands for all names below it.
    pub allowed_hosts: Vec<String>,
    /// `sqlite:PATH` or `postgres://USER:PASSWORD@HOST/NAME`.
    pub database_url: String,
    /// Whether browsers come by https: then cookies go over nothing else.
    pub tls: bool,
}

/// Anyone can read this key, so it protects nothing. `check` says so when DEBUG is off.
pub const INSECURE_KEY: &str =
    "insecure: everybody can read this key, so set SECRET_KEY to another";

impl Settings {
    pub fn from_environment() -> anyhow::Result<Settings> {
        let get = |name, default: &str| env::var(name).unwrap_or(default.into());
        let hosts = get("ALLOWED_HOSTS", "localhost,.localhost,127.0.0.1,[::1]");
        let settings = Settings {
            debug: switch("DEBUG", true)?,
            secret_key: get("SECRET_KEY", INSECURE_KEY),
            allowed_hosts: names(&hosts),
            database_url: get("DATABASE_URL", "sqlite:lesson-08.sqlite3"),
            tls: switch("TLS", false)?,
        };
        let is_long = settings.secret_key.len() >= 50;
        ensure!(is_long, "SECRET_KEY must have 50 characters or more");
        Ok(settings)
    }
}

/// `Example.com, .example.org` as a list. Upper and lower case are the same in names of hosts.
pub fn names(list: &str) -> Vec<String> {
    let names = list.split([',', ' ']).filter(|name| !name.is_empty());
    names.map(str::to_ascii_lowercase).collect()
}

fn switch(name: &str, default: bool) -> anyhow::Result<bool> {
    match env::var(name).as_deref() {
        Ok("1") => Ok(true),
        Ok("0") => Ok(false),
        Ok(other) => bail!("{name} must be 0 or 1, not {other:?}"),
        Err(_) => Ok(default),
    }
}
