//! The command line. Django: `manage.py`.

mod check;
mod createsuperuser;
pub mod data;
pub mod makemigrations;
pub mod migrate;
mod runserver;
pub mod tables;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Subcommand;

use crate::db::Db;
use crate::db::place::Place;
use crate::settings::Settings;

pub use check::{Level, deploy};

/// What can be asked of the program.
#[derive(Default, Subcommand)]
pub enum Command {
    /// Answer requests, until Ctrl-C (the default)
    #[default]
    Runserver,
    /// Bring the database to where the models are
    Migrate {
        /// The step to go to, forward or back; `zero` is before the first
        to: Option<String>,
        /// List the steps, with an X at those that have been run
        #[arg(long)]
        list: bool,
    },
    /// Say where tables, columns and indexes differ from the models, and draft the next step
    Makemigrations {
        /// Exit with status 1 if they differ, and draft nothing
        #[arg(long)]
        check: bool,
    },
    /// Make a user who may do anything
    Createsuperuser {
        /// The name to log in with; asked for when it is not given
        #[arg(long)]
        username: Option<String>,
        #[arg(long)]
        email: Option<String>,
        /// Ask nothing: the password is in SUPERUSER_PASSWORD
        #[arg(long, requires = "username")]
        noinput: bool,
    },
    /// Look for mistakes in the settings, the database and the migrations
    Check {
        /// Look for what is unsafe on a machine that others reach
        #[arg(long)]
        deploy: bool,
        /// The level from which on the exit status is 1
        #[arg(long, default_value = "error")]
        fail_level: check::Level,
    },
    /// Write all data as JSON
    Dumpdata {
        /// The file to write, instead of standard output
        #[arg(short, long)]
        output: Option<PathBuf>,
    },
    /// Read what dumpdata wrote; a row takes the place of the one that has its id
    Loaddata { file: PathBuf },
    /// Copy an SQLite database to a new file, while it is used
    Backup { file: PathBuf },
}

impl Command {
    /// Does it.
    ///
    /// # Errors
    /// One line that says what went wrong.
    pub async fn run(self) -> Result<ExitCode, String> {
        if let Command::Check { deploy, fail_level } = self {
            return check::run(deploy, fail_level).await;
        }
        if let Command::Makemigrations { check } = self {
            return makemigrations::run(check).await;
        }
        let settings = Settings::from_environment()?;
        match self {
            Command::Runserver => runserver::run(settings).await,
            Command::Migrate { to, list } => migrate::run(&settings, to, list).await,
            Command::Createsuperuser {
                username,
                email,
                noinput,
            } => createsuperuser::run(settings, username, email, noinput).await,
            Command::Dumpdata { output } => data::dump(&settings, output).await,
            Command::Loaddata { file } => data::load(&settings, &file).await,
            Command::Backup { file } => data::backup(&settings, &file).await,
            Command::Check { .. } | Command::Makemigrations { .. } => {
                unreachable!("these are done above, without settings")
            }
        }
    }
}

async fn connect(settings: &Settings) -> Result<Db, String> {
    Db::connect(&settings.database_url).await
}

/// For commands that need what is in the database: an empty one would be no help.
async fn connect_existing(settings: &Settings) -> Result<Db, String> {
    let place = Place::parse(&settings.database_url)?;
    if place.is_missing() {
        return Err(format!(
            "There is no database {place}. The command `migrate` makes it."
        ));
    }
    connect(settings).await
}
