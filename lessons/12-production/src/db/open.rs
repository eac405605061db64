//! Opening a database, so that what it says is kept is kept.

use std::path::PathBuf;
use std::time::Duration;

use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbErr, Statement};

use super::Db;

/// How long a statement waits for a lock, or a request for a connection.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

impl Db {
    pub(super) async fn open_file(path: PathBuf) -> Result<Db, DbErr> {
        // SQLite has one writer at a time. With one connection for it, writers wait here, in the
        // order in which they came; readers have their own and never wait for a writer.
        let write = Database::connect(sqlite(path.clone(), 1)).await?;
        let read = Database::connect(sqlite(path.clone(), 4)).await?;
        let db = Db {
            read,
            write,
            file: Some(path),
        };
        promises_hold(&db.read).await?;
        promises_hold(&db.write).await?;
        // A file that may not be written, or that another program holds, is found now and not by
        // the first visitor.
        db.begin().await?.rollback().await?;
        Ok(db)
    }
}

fn sqlite(path: PathBuf, connections: u32) -> ConnectOptions {
    // The URL's path is replaced below: as a URL it could hold no `?` or `%`.
    let mut options = ConnectOptions::new("sqlite:lesson-12.sqlite3");
    options
        .max_connections(connections)
        .acquire_timeout(PATIENCE)
        .test_before_acquire(false)
        .sqlx_logging(false);
    options.map_sqlx_sqlite_opts(move |options| {
        options
            .filename(&path)
            .create_if_missing(true)
            .busy_timeout(PATIENCE)
            .foreign_keys(true)
            // Readers see the last commit while a writer works.
            .pragma("journal_mode", "WAL")
            // A commit returns when its data is on the disk. With NORMAL, what was committed last
            // could be gone after a loss of power; nothing would be corrupt.
            .pragma("synchronous", "FULL")
    });
    options
}

/// Asks SQLite whether it took the settings above: it says nothing when it does not.
async fn promises_hold(connection: &DatabaseConnection) -> Result<(), DbErr> {
    let ask = |pragma: &str| connection.query_one_raw(statement(connection, pragma));
    let mode: String = first(ask("PRAGMA journal_mode").await?)?;
    let synchronous: i32 = first(ask("PRAGMA synchronous").await?)?;
    let patience: i32 = first(ask("PRAGMA busy_timeout").await?)?;
    let foreign_keys: i32 = first(ask("PRAGMA foreign_keys").await?)?;
    if mode == "wal" && synchronous == 2 && patience >= 5_000 && foreign_keys == 1 {
        return Ok(());
    }
    Err(DbErr::Custom(format!(
        "its settings are not those that were asked for: journal_mode {mode}, \
         synchronous {synchronous}, busy_timeout {patience}, foreign_keys {foreign_keys}"
    )))
}

pub(super) fn statement(connection: &DatabaseConnection, sql: &str) -> Statement {
    Statement::from_string(connection.get_database_backend(), sql)
}

pub(super) fn first<T: sea_orm::TryGetable>(row: Option<sea_orm::QueryResult>) -> Result<T, DbErr> {
    row.ok_or(DbErr::RecordNotFound("a setting".into()))?
        .try_get_by_index(0)
}
