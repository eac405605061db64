//! `check`: looks for mistakes; `check --deploy`: for what is unsafe where others can reach it.

mod database;
pub mod deploy;
mod machine;

use std::env;
use std::process::ExitCode;

use clap::ValueEnum;

use crate::settings::Settings;
use deploy::Environment;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Level {
    Warning,
    Error,
}

/// Something that should be otherwise.
#[derive(Clone, Debug)]
pub struct Finding {
    /// Always the same for the same matter, so that it can be looked up.
    pub id: &'static str,
    pub level: Level,
    pub says: String,
    /// What to do about it.
    pub hint: &'static str,
}

impl Finding {
    pub fn warning(id: &'static str, says: impl Into<String>, hint: &'static str) -> Finding {
        Finding {
            id,
            level: Level::Warning,
            says: says.into(),
            hint,
        }
    }

    pub fn error(id: &'static str, says: impl Into<String>, hint: &'static str) -> Finding {
        Finding {
            level: Level::Error,
            ..Finding::warning(id, says, hint)
        }
    }
}

pub async fn run(deploy: bool, fail_level: Level) -> Result<ExitCode, String> {
    let environment: Environment = env::vars().collect();
    let mut findings = Vec::new();
    let settings = Settings::from_environment();
    if let Err(problem) = &settings {
        let hint = "The program starts with no other command until this is mended.";
        findings.push(Finding::error("settings.E001", problem.as_str(), hint));
    }
    if settings
        .as_ref()
        .is_ok_and(|settings| settings.secret_key_is_new)
        && !deploy
    {
        findings.push(Finding::warning(
            "settings.W001",
            "SECRET_KEY is not set: each start makes another, and logs everybody out.",
            "To stay logged in, make one: openssl rand -base64 48",
        ));
    }
    if deploy {
        findings.extend(deploy::of_settings(&environment));
        findings.extend(machine::findings(&environment));
    }
    match &settings {
        Ok(settings) => findings.extend(database::of_url(&settings.database_url, deploy).await),
        Err(_) => {
            if let Some(url) = environment.get("DATABASE_URL") {
                findings.extend(database::of_url(url, deploy).await);
            }
        }
    }
    for finding in &findings {
        let level = match finding.level {
            Level::Warning => "warning",
            Level::Error => "error",
        };
        eprintln!("{level} {}: {} {}", finding.id, finding.says, finding.hint);
    }
    match findings.len() {
        0 => println!("Nothing was found."),
        1 => println!("1 thing was found."),
        many => println!("{many} things were found."),
    }
    // As Django's: what is found is printed, and the status speaks of what is bad enough.
    let failed = findings.iter().any(|finding| finding.level >= fail_level);
    Ok(if failed {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}
