//! The way to the database: SQLite or PostgreSQL, by the URL. Django: `django.db`.

pub mod failure;
mod open;
pub mod place;
#[cfg(feature = "postgres")]
mod server;

use std::path::PathBuf;

use sea_orm::{
    DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, SqliteTransactionMode, Statement,
    TransactionOptions, TransactionTrait,
};

use place::Place;

/// The database. A copy is another handle on the same connections.
#[derive(Clone, Debug)]
pub struct Db {
    read: DatabaseConnection,
    write: DatabaseConnection,
    file: Option<PathBuf>,
}

impl Db {
    /// Opens the database that `url` names; an SQLite file is made if it is not there.
    ///
    /// # Errors
    /// One line that says why it cannot be used. A password in the URL is not in it.
    pub async fn connect(url: &str) -> Result<Db, String> {
        let place = Place::parse(url)?;
        let opened = match &place {
            Place::File(path) => {
                place.has_folder()?;
                Db::open_file(path.clone()).await
            }
            #[cfg(feature = "postgres")]
            Place::Server(url) => Db::open_server(url).await,
            #[cfg(not(feature = "postgres"))]
            Place::Server(_) => Err(DbErr::Custom(
                "this program was built without PostgreSQL, build it with `--features postgres`"
                    .into(),
            )),
        };
        opened.map_err(|error| format!("Cannot use the database {place}: {}", one_line(&error)))
    }

    /// Calls `hear` after each statement: a test counts them.
    pub fn listen(&mut self, hear: impl Fn(&Statement) + Clone + Send + Sync + 'static) {
        for connection in [&mut self.read, &mut self.write] {
            let hear = hear.clone();
            connection.set_metric_callback(move |info| hear(info.statement));
        }
    }

    /// For what only reads.
    pub fn read(&self) -> &DatabaseConnection {
        &self.read
    }

    /// For a statement that is a transaction by itself.
    pub fn writer(&self) -> &DatabaseConnection {
        &self.write
    }

    /// Begins a transaction that may write. What it has done is kept when `commit` has returned,
    /// and all of it is gone when the value is dropped before.
    ///
    /// # Errors
    /// When the database cannot be reached or is locked for too long.
    pub async fn begin(&self) -> Result<DatabaseTransaction, DbErr> {
        // Without its name a file takes writes as before, and is gone when the program ends.
        if self.file.as_ref().is_some_and(|file| !file.exists()) {
            return Err(DbErr::Custom(failure::FILE_IS_GONE.into()));
        }
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

    /// Closes the connections. SQLite then moves what is in its log into the file.
    pub async fn close(self) {
        let _ = self.read.close().await;
        let _ = self.write.close().await;
    }
}

/// The error as a terminal shows it best.
pub fn one_line(error: &DbErr) -> String {
    error
        .to_string()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}
