//! What can be set from outside, by the environment. Django: `settings.py`.

use std::env;
use std::path::PathBuf;

use crate::auth::signing;

/// The settings of this run.
#[derive(Clone, Debug)]
pub struct Settings {
    /// For development: says more when something breaks, and asks for no secret key.
    pub debug: bool,
    /// What tokens are signed with. Whoever knows it can forge them.
    pub secret_key: String,
    /// Nobody has set the key, so this start has made one that the next will not know.
    pub secret_key_is_new: bool,
    /// The names by which this site may be asked for. A name that begins with a dot stands for
    /// all names below it.
    pub allowed_hosts: Vec<String>,
    /// Where the data is: `sqlite:PATH` or `postgres://USER:PASSWORD@HOST/NAME`.
    pub database_url: String,
    /// Whether browsers reach this site by https, through a proxy in front of it.
    pub tls: bool,
    /// Addresses of proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<std::net::IpAddr>,
    /// How links in letters begin: scheme, host and port of this site, without a slash.
    pub site_url: String,
    /// The folder in which letters are kept.
    pub email_folder: Option<PathBuf>,
}

/// The shortest key that is taken: as long as the one that Django makes.
const SHORTEST_KEY: usize = 50;

/// What says which value a variable has.
type Get<'a> = &'a dyn Fn(&str) -> Option<String>;

impl Settings {
    /// Reads the environment.
    ///
    /// # Errors
    /// One line that says which variable is wrong, and what it should be.
    pub fn from_environment() -> Result<Settings, String> {
        Settings::read(&|name| env::var(name).ok())
    }

    /// Reads what `get` gives for each name: in a test, what the test likes.
    ///
    /// # Errors
    /// As above.
    pub fn read(get: Get<'_>) -> Result<Settings, String> {
        let debug = switch(get, "DEBUG", true)?;
        let mut allowed_hosts = list(&get("ALLOWED_HOSTS").unwrap_or_default());
        if allowed_hosts.is_empty() {
            if !debug {
                return Err("ALLOWED_HOSTS must name this site's hosts when DEBUG is 0.".into());
            }
            allowed_hosts = list("localhost, .localhost, 127.0.0.1, [::1]");
        }
        let given_key = get("SECRET_KEY");
        let secret_key_is_new = given_key.is_none();
        let secret_key = match given_key {
            Some(key) if key.len() >= SHORTEST_KEY => key,
            Some(_) => {
                return Err(format!(
                    "SECRET_KEY must have {SHORTEST_KEY} characters or more."
                ));
            }
            None if debug => random_key(),
            None => return Err("SECRET_KEY must be set when DEBUG is 0.".into()),
        };
        let trusted_proxies = list(&get("TRUSTED_PROXIES").unwrap_or_default())
            .iter()
            .map(|address| {
                address.parse().map_err(|_| {
                    format!("TRUSTED_PROXIES holds {address:?}, which is no IP address.")
                })
            })
            .collect::<Result<_, String>>()?;
        let tls = switch(get, "TLS", false)?;
        let port = get("PORT").unwrap_or("8000".into());
        let site_url = get("SITE_URL")
            .unwrap_or_else(|| site_url(&allowed_hosts, debug.then_some(&port), tls));
        Ok(Settings {
            debug,
            secret_key,
            secret_key_is_new,
            allowed_hosts,
            database_url: get("DATABASE_URL").unwrap_or("sqlite:lesson-12.sqlite3".into()),
            tls,
            trusted_proxies,
            site_url: site_url.trim_end_matches('/').into(),
            email_folder: get("EMAIL_FOLDER").map(PathBuf::from),
        })
    }
}

impl Settings {
    /// The settings of a development server, with a key that every test knows.
    pub fn for_tests() -> Settings {
        Settings {
            debug: true,
            secret_key: "for tests only ".repeat(4),
            secret_key_is_new: false,
            allowed_hosts: list("localhost, .localhost, 127.0.0.1, [::1]"),
            database_url: String::new(),
            tls: false,
            trusted_proxies: Vec::new(),
            site_url: "http://localhost:8000".into(),
            email_folder: None,
        }
    }
}

/// Where this site is, as far as the other settings tell.
fn site_url(hosts: &[String], port: Option<&String>, tls: bool) -> String {
    let scheme = if tls { "https" } else { "http" };
    let host = hosts.iter().find(|host| !host.starts_with('.'));
    let host = host.map_or("localhost", String::as_str);
    match port {
        Some(port) => format!("{scheme}://{host}:{port}"),
        None => format!("{scheme}://{host}"),
    }
}

fn switch(get: Get<'_>, name: &str, unset: bool) -> Result<bool, String> {
    match get(name).as_deref() {
        Some("1") => Ok(true),
        Some("0") => Ok(false),
        Some(other) => Err(format!("{name} must be 0 or 1, not {other:?}.")),
        None => Ok(unset),
    }
}

fn list(names: &str) -> Vec<String> {
    let names = names.split(',').map(str::trim);
    names
        .filter(|name| !name.is_empty())
        .map(str::to_string)
        .collect()
}

fn random_key() -> String {
    signing::text(&signing::random::<48>())
}
