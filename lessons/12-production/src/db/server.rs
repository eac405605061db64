//! A database that is a server: PostgreSQL.

use sea_orm::sqlx::{Connection, PgConnection};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DbErr, RuntimeErr, SqlxError};
use tokio::time::timeout;

use super::Db;
use super::open::{PATIENCE, first, statement};

impl Db {
    pub(super) async fn open_server(url: &str) -> Result<Db, DbErr> {
        // One connection by itself says why there is none; a pool tries until its time is over.
        let alone = timeout(PATIENCE, PgConnection::connect(url)).await;
        let alone = alone.map_err(|_| DbErr::Custom("it does not answer".into()))?;
        let closed = async { alone?.close().await }.await;
        closed.map_err(|error: SqlxError| DbErr::Conn(RuntimeErr::SqlxError(error.into())))?;
        let mut options = ConnectOptions::new(url);
        options
            .max_connections(10)
            .acquire_timeout(PATIENCE)
            .sqlx_logging(false)
            // A commit returns when it is on the server's disk, whatever the server's default is.
            .map_sqlx_postgres_opts(|options| options.options([("synchronous_commit", "on")]));
        let pool = Database::connect(options).await?;
        let kept = pool.query_one_raw(statement(&pool, "SHOW synchronous_commit"));
        let kept: String = first(kept.await?)?;
        if kept != "on" {
            return Err(DbErr::Custom(format!("synchronous_commit is {kept}")));
        }
        Ok(Db {
            read: pool.clone(),
            write: pool,
            file: None,
        })
    }
}
