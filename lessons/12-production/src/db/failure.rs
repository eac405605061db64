//! What an error of the database means for whoever asked.

use sea_orm::sqlx::Error as SqlxError;
use sea_orm::{DbErr, RuntimeErr, SqlErr};

/// What is said when the file was deleted or moved while the program ran.
pub const FILE_IS_GONE: &str = "the database's file is gone";

/// The kinds of failure that differ in what can be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// There is such a row already.
    Taken,
    /// It names a row that is not there.
    Dangling,
    /// A value that the table does not take: too long, for one.
    Refused,
    /// Others were in the way: all of it can be done again at once.
    Again,
    /// The database cannot be used now: locked, restarting, not to be written, out of reach.
    Unavailable,
    /// There is no room left.
    Full,
    /// A mistake of ours, most likely.
    Ours,
}

impl Failure {
    /// Looks into an error.
    pub fn of(error: &DbErr) -> Failure {
        match error.sql_err() {
            Some(SqlErr::UniqueConstraintViolation(_)) => return Failure::Taken,
            Some(SqlErr::ForeignKeyConstraintViolation(_)) => return Failure::Dangling,
            _ => {}
        }
        let (DbErr::Conn(cause) | DbErr::Exec(cause) | DbErr::Query(cause)) = error else {
            return match error {
                DbErr::ConnectionAcquire(_) => Failure::Unavailable,
                DbErr::Custom(reason) if reason == FILE_IS_GONE => Failure::Unavailable,
                _ => Failure::Ours,
            };
        };
        let RuntimeErr::SqlxError(cause) = cause else {
            return Failure::Unavailable;
        };
        match cause.as_ref() {
            SqlxError::Database(said) if said.is_check_violation() => Failure::Refused,
            SqlxError::Database(said) => by_code(&said.code().unwrap_or_default()),
            SqlxError::Io(_)
            | SqlxError::Tls(_)
            | SqlxError::Protocol(_)
            | SqlxError::PoolTimedOut
            | SqlxError::PoolClosed
            | SqlxError::WorkerCrashed
            | SqlxError::BeginFailed => Failure::Unavailable,
            _ => Failure::Ours,
        }
    }
}

/// PostgreSQL has codes of five characters, SQLite numbers whose last eight bits are the kind.
fn by_code(code: &str) -> Failure {
    if code.len() == 5 {
        return match code {
            "40001" | "40P01" => Failure::Again,
            "22001" | "22021" => Failure::Refused,
            "53100" => Failure::Full,
            // A read-only server; a lock or a statement that took too long.
            "25006" | "55P03" | "57014" => Failure::Unavailable,
            // No connection (08), no memory or places (53), the server is stopping (57P).
            _ if ["08", "53", "57P"]
                .iter()
                .any(|start| code.starts_with(start)) =>
            {
                Failure::Unavailable
            }
            _ => Failure::Ours,
        };
    }
    const IO_ERROR_WRITE: u32 = 778;
    const IO_ERROR_TRUNCATE: u32 = 1_546;
    const IO_ERROR_SHM_SIZE: u32 = 4_874;
    match code.parse().unwrap_or(0) {
        // What a limit on the size of files makes of a write.
        IO_ERROR_WRITE | IO_ERROR_TRUNCATE | IO_ERROR_SHM_SIZE => Failure::Full,
        extended => match extended & 0xff {
            5 | 6 | 8 | 10 | 14 => Failure::Unavailable,
            13 => Failure::Full,
            18 => Failure::Refused,
            _ => Failure::Ours,
        },
    }
}
