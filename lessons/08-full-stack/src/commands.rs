//! The command line. Django: `manage.py`.

mod check;
mod createsuperuser;
mod migrate;
mod runserver;

use clap::{Parser, Subcommand};

use crate::settings::Settings;

pub use check::problems;
pub use migrate::up;

/// Notes on colored paper, in Django's layout.
#[derive(Parser)]
pub struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Default, Subcommand)]
enum Command {
    /// Serve the site until Ctrl-C (the default)
    #[default]
    Runserver,
    /// Bring the tables up to date
    Migrate(migrate::Flags),
    /// Make a user who may do anything
    Createsuperuser(createsuperuser::Flags),
    /// Look for what is wrong before a visitor does
    Check,
}

impl Arguments {
    pub async fn run(self) -> anyhow::Result<()> {
        let settings = Settings::from_environment()?;
        match self.command.unwrap_or_default() {
            Command::Runserver => runserver::run(settings).await,
            Command::Migrate(flags) => migrate::run(settings, flags).await,
            Command::Createsuperuser(flags) => createsuperuser::run(settings, flags).await,
            Command::Check => check::run(settings).await,
        }
    }
}
