//! Where a database is, as DATABASE_URL says it.

use std::fmt::{self, Display, Formatter};
use std::path::PathBuf;

/// Where the database is.
#[derive(Clone, PartialEq, Eq)]
pub enum Place {
    /// SQLite.
    File(PathBuf),
    /// PostgreSQL, by its URL.
    Server(String),
}

impl Place {
    /// Reads a URL: `sqlite:PATH` (the path as it is, nothing in it is escaped) or
    /// `postgres://USER:PASSWORD@HOST/NAME`.
    ///
    /// # Errors
    /// One line that says what is wrong.
    pub fn parse(url: &str) -> Result<Place, String> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Place::Server(url.into()));
        }
        let Some(path) = url.strip_prefix("sqlite:") else {
            // The rest may hold a password.
            let scheme = url.split(':').next().unwrap_or_default();
            return Err(format!(
                "DATABASE_URL must begin with sqlite: or postgres://, not with {scheme:?}."
            ));
        };
        // `sqlite:///srv/notes` and `sqlite:/srv/notes` are the same file.
        let path = path.strip_prefix("//").unwrap_or(path);
        if path.is_empty() || path == ":memory:" {
            return Err("DATABASE_URL must name a file behind sqlite:. A database in memory would be another one for each connection.".into());
        }
        if path.contains('?') {
            return Err(format!(
                "DATABASE_URL holds a question mark: {path:?}. There are no options behind sqlite:PATH, and a file of such a name cannot be used."
            ));
        }
        Ok(Place::File(path.into()))
    }

    /// Whether it is a file that is not there yet.
    pub fn is_missing(&self) -> bool {
        matches!(self, Place::File(path) if !path.exists())
    }

    /// SQLite makes a file, but no folder.
    pub fn has_folder(&self) -> Result<(), String> {
        let Place::File(path) = self else {
            return Ok(());
        };
        if path.is_dir() {
            return Err(format!("The database {self} is a folder, not a file."));
        }
        match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() && !folder.is_dir() => Err(format!(
                "The database {self} cannot be made: there is no folder {}.",
                folder.display()
            )),
            _ => Ok(()),
        }
    }
}

/// For messages: without the password.
impl Display for Place {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Place::File(path) => write!(f, "{}", path.display()),
            Place::Server(url) => {
                let (_, rest) = url.split_once("://").unwrap_or_default();
                // A password may hold an @ or a /: the last @ is the one that ends it.
                let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
                let host = host.split('?').next().unwrap_or_default();
                write!(f, "postgres://{host}")
            }
        }
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        Display::fmt(self, f)
    }
}
