//! The command line. Django: `manage.py`.

pub mod migrate;
mod runserver;

use clap::Subcommand;

use crate::db::Db;
use crate::settings::Settings;

/// What can be asked of the program.
#[derive(Default, Subcommand)]
pub enum Command {
    /// Answer requests, until Ctrl-C (the default)
    #[default]
    Runserver,
    /// Bring the database to where the models are
    Migrate,
}

impl Command {
    /// Does it.
    ///
    /// # Errors
    /// One line that says what went wrong.
    pub async fn run(self) -> Result<(), String> {
        let settings = Settings::from_environment()?;
        match self {
            Command::Runserver => runserver::run(settings).await,
            Command::Migrate => migrate::run(&settings).await,
        }
    }
}

async fn connect(settings: &Settings) -> Result<Db, String> {
    Db::connect(&settings.database_url)
        .await
        .map_err(|error| format!("Cannot open the database: {error}"))
}
