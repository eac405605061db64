//! The way to the database: SQLite or PostgreSQL, by the URL. Django: `django.db`.

use std::time::Duration;

use sea_orm::{
    ConnectOptions, Database, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr,
    SqliteTransactionMode, TransactionOptions, TransactionTrait,
};

/// How long a statement waits for a lock, or a request for a connection.
const PATIENCE: Duration = Duration::from_secs(10);

/// The database. A copy is another handle on the same connections.
#[derive(Clone, Debug)]
pub struct Db {
    read: DatabaseConnection,
    write: DatabaseConnection,
}

impl Db {
    /// Opens the database that `url` names; an SQLite file is made if it is not there.
    ///
    /// # Errors
    /// When it cannot be opened or reached.
    pub async fn connect(url: &str) -> Result<Db, DbErr> {
        if !url.starts_with("sqlite:") {
            let mut options = ConnectOptions::new(url);
            options
                .max_connections(10)
                .acquire_timeout(PATIENCE)
                .sqlx_logging(false);
            let pool = Database::connect(options).await?;
            return Ok(Db {
                read: pool.clone(),
                write: pool,
            });
        }
        // SQLite has one writer at a time. With one connection for it, writers wait here, in the
        // order in which they came; readers have their own and never wait for a writer.
        let write = Database::connect(sqlite(&format!("{url}?mode=rwc"), 1)).await?;
        let read = Database::connect(sqlite(&format!("{url}?mode=rw"), 4)).await?;
        Ok(Db { read, write })
    }

    /// For what only reads.
    pub fn read(&self) -> &DatabaseConnection {
        &self.read
    }

    /// Begins a transaction that may write. What it has done is kept when `commit` has returned,
    /// and all of it is gone when the value is dropped before.
    ///
    /// # Errors
    /// When the database cannot be reached or is locked for too long.
    pub async fn begin(&self) -> Result<DatabaseTransaction, DbErr> {
        // Immediate: takes the lock now. A transaction that first reads and then asks for the
        // lock can be refused in its middle.
        let immediate = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        match self.write.get_database_backend() {
            DbBackend::Sqlite => self.write.begin_with_options(immediate).await,
            _ => self.write.begin().await,
        }
    }

    /// For migrations, which begin and end their own transactions.
    pub fn migrating(&self) -> &DatabaseConnection {
        &self.write
    }
}

fn sqlite(url: &str, connections: u32) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        .acquire_timeout(PATIENCE)
        .sqlx_logging(false);
    options.map_sqlx_sqlite_opts(|options| {
        options
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
