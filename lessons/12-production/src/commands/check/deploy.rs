//! Settings that are fit for one machine only.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use super::Finding;

/// The environment, by name.
pub type Environment = BTreeMap<String, String>;

/// What is unsafe in these settings.
pub fn of_settings(environment: &Environment) -> Vec<Finding> {
    let get = |name: &str| environment.get(name).map(String::as_str);
    let mut findings = Vec::new();
    if get("DEBUG") != Some("0") {
        findings.push(Finding::warning(
            "security.W001",
            "DEBUG is on: pages of errors show what only you should see.",
            "Set DEBUG=0.",
        ));
    }
    findings.extend(of_key(get("SECRET_KEY")));
    findings.extend(of_hosts(get("ALLOWED_HOSTS")));
    findings.extend(of_proxies(get("TRUSTED_PROXIES"), get("TLS") == Some("1")));
    if get("TLS") != Some("1") {
        findings.push(Finding::warning(
            "security.W020",
            "TLS is off: cookies are sent without Secure, and no Strict-Transport-Security is.",
            "Put a proxy with a certificate in front, and set TLS=1.",
        ));
    }
    if get("EMAIL_FOLDER").is_none_or(str::is_empty) {
        findings.push(Finding::warning(
            "security.W021",
            "EMAIL_FOLDER is not set: links to reset a password go to the log, where others may read them.",
            "Set EMAIL_FOLDER to a folder that only the mail program reads.",
        ));
    }
    findings.extend(of_database(get("DATABASE_URL")));
    findings
}

fn of_key(key: Option<&str>) -> Vec<Finding> {
    let hint = "Make one: openssl rand -base64 48";
    let Some(key) = key else {
        let says =
            "SECRET_KEY is not set: each start makes another key, and no two processes share one.";
        return vec![Finding::warning("security.W002", says, hint)];
    };
    let mut findings = Vec::new();
    if key.chars().count() < 50 {
        let says = "SECRET_KEY has fewer than 50 characters.";
        findings.push(Finding::warning("security.W003", says, hint));
    }
    if key.chars().collect::<BTreeSet<_>>().len() < 5 {
        let says = "SECRET_KEY has fewer than 5 different characters.";
        findings.push(Finding::warning("security.W004", says, hint));
    }
    let lower = key.to_lowercase();
    if ["secret", "insecure", "changeme", "for tests"]
        .iter()
        .any(|word| lower.contains(word))
    {
        let says = "SECRET_KEY reads like an example, which others know.";
        findings.push(Finding::warning("security.W005", says, hint));
    }
    findings
}

fn of_hosts(hosts: Option<&str>) -> Vec<Finding> {
    let hosts: Vec<&str> = hosts
        .unwrap_or_default()
        .split(',')
        .map(str::trim)
        .collect();
    let hosts: Vec<&str> = hosts.into_iter().filter(|host| !host.is_empty()).collect();
    if hosts.is_empty() {
        let says = "ALLOWED_HOSTS is empty.";
        return vec![Finding::warning(
            "security.W006",
            says,
            "Name this site's hosts in it.",
        )];
    }
    let mut findings = Vec::new();
    if hosts.iter().any(|host| host.contains('*') || *host == ".") {
        findings.push(Finding::warning(
            "security.W007",
            "ALLOWED_HOSTS holds a wildcard, which stands for no host here.",
            "Name the hosts; .example.org stands for all below it.",
        ));
    }
    if hosts
        .iter()
        .any(|host| host.contains('/') || host.contains("://"))
    {
        findings.push(Finding::warning(
            "security.W008",
            "ALLOWED_HOSTS holds a URL.",
            "Name hosts alone: example.org, not https://example.org/.",
        ));
    }
    let local = |host: &&str| matches!(*host, "localhost" | ".localhost" | "127.0.0.1" | "[::1]");
    if hosts.iter().any(local) {
        findings.push(Finding::warning(
            "security.W009",
            "ALLOWED_HOSTS holds a name of this machine for itself.",
            "Leave out localhost and 127.0.0.1: only the proxy's name is asked for.",
        ));
    }
    let broad = |host: &&str| {
        host.strip_prefix('.')
            .is_some_and(|rest| !rest.contains('.'))
    };
    if hosts.iter().any(|host| broad(host) && !local(host)) {
        findings.push(Finding::warning(
            "security.W010",
            "ALLOWED_HOSTS holds a whole top-level domain.",
            "Name your own domain: .example.org, not .org.",
        ));
    }
    findings
}

fn of_proxies(proxies: Option<&str>, tls: bool) -> Vec<Finding> {
    let proxies = proxies.unwrap_or_default().split(',').map(str::trim);
    let proxies: Vec<IpAddr> = proxies.filter_map(|address| address.parse().ok()).collect();
    let mut findings = Vec::new();
    if tls && proxies.is_empty() {
        findings.push(Finding::warning(
            "security.W011",
            "TLS is on and TRUSTED_PROXIES is empty: every visitor has the proxy's address, and logins are counted together.",
            "Name the proxy's address in TRUSTED_PROXIES.",
        ));
    }
    if proxies.iter().any(IpAddr::is_unspecified) {
        findings.push(Finding::warning(
            "security.W012",
            "TRUSTED_PROXIES holds 0.0.0.0 or ::, which is nobody's address.",
            "Name the address from which the proxy connects.",
        ));
    }
    let public = |address: &IpAddr| match address {
        IpAddr::V4(v4) => {
            !v4.is_private() && !v4.is_loopback() && !v4.is_unspecified() && !v4.is_link_local()
        }
        IpAddr::V6(v6) => !v6.is_loopback() && !v6.is_unspecified() && !v6.is_unique_local(),
    };
    if proxies.iter().any(public) {
        findings.push(Finding::warning(
            "security.W013",
            "TRUSTED_PROXIES holds a public address: whoever has it can pretend to be anybody.",
            "Reach the proxy by a private address.",
        ));
    }
    findings
}

fn of_database(url: Option<&str>) -> Vec<Finding> {
    let Some(url) = url else {
        return vec![Finding::warning(
            "security.W014",
            "DATABASE_URL is not set: the data is in whatever folder the program is started in.",
            "Set DATABASE_URL=sqlite:/srv/notes/notes.sqlite3 or a postgres URL.",
        )];
    };
    if let Some(path) = url.strip_prefix("sqlite:") {
        return of_file(path);
    }
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    let (user, host) = rest.rsplit_once('@').unwrap_or(("", rest));
    let (user, password) = user.split_once(':').unwrap_or((user, ""));
    let mut findings = Vec::new();
    if password.is_empty() {
        findings.push(Finding::warning(
            "security.W017",
            "DATABASE_URL has no password.",
            "Give the database's user one.",
        ));
    } else if password.len() < 12 || password == user {
        findings.push(Finding::warning(
            "security.W018",
            "The password in DATABASE_URL is short, or is the user's name.",
            "Make one: openssl rand -hex 24",
        ));
    }
    if user == "postgres" || user == "root" {
        findings.push(Finding::warning(
            "security.W019",
            "DATABASE_URL names the database's own administrator.",
            "Make a user for this site, who owns its database and nothing else.",
        ));
    }
    let is_local = ["localhost", "127.", "[::1]"]
        .iter()
        .any(|name| host.starts_with(name));
    if !is_local {
        findings.push(Finding::warning(
            "security.W022",
            "The database is on another machine, and this program speaks to it without TLS.",
            "Let a private network or a tunnel carry it.",
        ));
    }
    findings
}

fn of_file(path: &str) -> Vec<Finding> {
    let path = path.strip_prefix("//").unwrap_or(path);
    let mut findings = Vec::new();
    if !std::path::Path::new(path).is_absolute() {
        findings.push(Finding::warning(
            "security.W015",
            "The path in DATABASE_URL is relative: started in another folder, the site is empty.",
            "Write the whole path.",
        ));
    }
    if std::path::Path::new(path).starts_with(std::env::temp_dir()) {
        findings.push(Finding::warning(
            "security.W016",
            "The database is in the folder for temporary files, which the system may empty.",
            "Keep it elsewhere.",
        ));
    }
    findings
}
