//! The program and the machine it runs on.

use std::path::Path;

use super::Finding;
use super::deploy::Environment;
use crate::db::place::Place;
use crate::serve;

pub fn findings(environment: &Environment) -> Vec<Finding> {
    let mut findings = Vec::new();
    if cfg!(debug_assertions) {
        findings.push(Finding::warning(
            "security.W030",
            "This is a debug build: slower by far, and it reads templates from the source folder.",
            "Build it with cargo build --release.",
        ));
    }
    if environment
        .get("RUST_BACKTRACE")
        .is_some_and(|value| value != "0")
    {
        findings.push(Finding::warning(
            "security.W031",
            "RUST_BACKTRACE is set: the log will hold paths of the machine it was built on.",
            "Unset it.",
        ));
    }
    if let Some(most) = serve::open_files()
        && most < serve::CONNECTIONS as u64 + 100
    {
        findings.push(Finding::warning(
            "security.W032",
            format!("At most {most} files may be open, and each connection is one."),
            "Raise the limit: ulimit -n, or LimitNOFILE of systemd.",
        ));
    }
    for name in ["DATABASE_URL", "EMAIL_FOLDER"] {
        let path = environment.get(name).map(String::as_str);
        let path = path.map(|path| path.strip_prefix("sqlite:").unwrap_or(path));
        if path.is_some_and(|path| others_may_read(Path::new(path))) {
            findings.push(Finding::warning(
                if name == "DATABASE_URL" {
                    "security.W033"
                } else {
                    "security.W034"
                },
                format!("Every user of this machine may read what {name} names."),
                "Take it from them: chmod o-rwx",
            ));
        }
    }
    if environment.get("USER").is_some_and(|user| user == "root") {
        findings.push(Finding::warning(
            "security.W035",
            "This runs as root: a mistake in it is a mistake with all rights.",
            "Make a user for it.",
        ));
    }
    let url = environment.get("DATABASE_URL");
    if let Some(Ok(Place::File(path))) = url.map(|url| Place::parse(url))
        && path
            .parent()
            .is_some_and(|folder| folder.join("Cargo.toml").exists())
    {
        findings.push(Finding::warning(
            "security.W036",
            "The database lies in a folder of source code.",
            "Keep data apart from code.",
        ));
    }
    findings
}

#[cfg(unix)]
fn others_may_read(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata()
        .is_ok_and(|known| known.permissions().mode() & 0o004 != 0)
}

/// Windows keeps a list of rights with each file, which the standard library does not read.
#[cfg(not(unix))]
fn others_may_read(_path: &Path) -> bool {
    false
}
