//! What all views share, and what can be set from outside.

use std::env;
use std::sync::Arc;

use anyhow::Context;
use minijinja::Environment;
use sea_orm::{ConnectOptions, Database, DatabaseConnection};

use crate::admin::{self, Admin};
use crate::auth::Sessions;
use crate::templates;

#[derive(Clone)]
pub struct App {
    pub db: DatabaseConnection,
    pub templates: Arc<Environment<'static>>,
    pub admin: Arc<Admin>,
    pub sessions: Arc<Sessions>,
}

impl App {
    /// `DATABASE_URL` names the database, `STAFF_PASSWORD` what the staff log in with.
    pub async fn open() -> anyhow::Result<App> {
        let url = env::var("DATABASE_URL").unwrap_or("sqlite:exercise-08.sqlite3".into());
        Ok(App {
            db: connect(&url).await?,
            templates: Arc::new(templates::load()?),
            admin: Arc::new(Admin::new(admin::registered())?),
            sessions: Arc::new(Sessions::new(env::var("STAFF_PASSWORD").ok())),
        })
    }
}

/// With one connection, those who write to SQLite wait in line.
async fn connect(url: &str) -> anyhow::Result<DatabaseConnection> {
    let mut options = ConnectOptions::new(url);
    options.sqlx_logging(false).max_connections(1);
    options.map_sqlx_sqlite_opts(|file| file.create_if_missing(true));
    let connected = Database::connect(options).await;
    connected.context("Cannot open the database that DATABASE_URL names")
}
