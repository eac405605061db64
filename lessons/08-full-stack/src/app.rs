//! What all views share.

use std::sync::{Arc, Mutex};

use anyhow::{Context, ensure};
use minijinja::Environment;
use sea_orm::{ConnectOptions, Database, DatabaseConnection};

use crate::admin::{self, Admin};
use crate::settings::Settings;
use crate::templates;
use crate::views::board::PublicNote;

#[derive(Clone)]
pub struct App {
    pub db: DatabaseConnection,
    pub settings: Arc<Settings>,
    pub templates: Arc<Environment<'static>>,
    pub admin: Arc<Admin>,
    /// The notes that are gone when the process ends.
    pub memory: Arc<Mutex<Vec<PublicNote>>>,
}

impl App {
    pub async fn open(settings: Settings) -> anyhow::Result<App> {
        Ok(App {
            db: connect(&settings.database_url).await?,
            templates: Arc::new(templates::load(settings.debug)),
            admin: Arc::new(Admin::new(admin::registered())?),
            settings: Arc::new(settings),
            memory: Arc::default(),
        })
    }
}

/// SQLite has one writer at a time. With one connection, writers wait in line and nobody is told
/// that the database is busy. A database in memory is gone with its connection, so that is kept.
async fn connect(url: &str) -> anyhow::Result<DatabaseConnection> {
    let has_driver = cfg!(feature = "postgres") || !url.starts_with("postgres");
    ensure!(has_driver, "PostgreSQL needs `--features postgres`");
    let mut options = ConnectOptions::new(url);
    options.sqlx_logging(false);
    options.map_sqlx_sqlite_opts(|file| file.create_if_missing(true));
    if url.starts_with("sqlite:") {
        options.max_connections(1);
        options.idle_timeout(None).max_lifetime(None);
    }
    let connected = Database::connect(options).await;
    connected.context("Cannot open the database that DATABASE_URL names")
}
