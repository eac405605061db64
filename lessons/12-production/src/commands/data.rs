//! `dumpdata`, `loaddata`, `backup`: the data as a file, and back.

use std::fs::File;
use std::io::{BufReader, BufWriter, Write, stdout};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, IsolationLevel, TransactionTrait};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::db::{Db, one_line};
use crate::models;
use crate::settings::Settings;

/// A row of some table, in Django's shape.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    model: String,
    fields: Map<String, Value>,
}

/// Writes all rows of all tables as JSON.
pub async fn dump(settings: &Settings, output: Option<PathBuf>) -> Result<ExitCode, String> {
    let db = super::connect_existing(settings).await?;
    let text = to_text(&db).await?;
    let written = match &output {
        None => stdout().write_all(text.as_bytes()),
        Some(path) => File::create(path).and_then(|file| {
            let mut file = BufWriter::new(file);
            file.write_all(text.as_bytes())?;
            file.into_inner()?.sync_all()
        }),
    };
    written.map_err(|error| match &output {
        Some(path) => format!("Cannot write {}: {error}", path.display()),
        None => format!("Cannot write: {error}"),
    })?;
    Ok(ExitCode::SUCCESS)
}

/// All rows of all tables, as they were at one moment, a line each.
///
/// # Errors
/// When the database cannot be read.
pub async fn to_text(db: &Db) -> Result<String, String> {
    // On SQLite any transaction sees one moment; PostgreSQL must be told.
    let moment = match db.read().get_database_backend() {
        DbBackend::Postgres => Some(IsolationLevel::RepeatableRead),
        _ => None,
    };
    let transaction = db.read().begin_with_config(moment, None).await;
    let transaction = transaction.map_err(|error| one_line(&error))?;
    let mut lines = Vec::new();
    for table in models::tables() {
        let rows = table.rows(&transaction).await;
        for row in rows.map_err(|error| one_line(&error))? {
            lines.push(format!(r#"{{"model":"{}","fields":{row}}}"#, table.name()));
        }
    }
    Ok(format!("[\n{}\n]\n", lines.join(",\n")))
}

/// Reads what `dump` wrote.
pub async fn load(settings: &Settings, path: &Path) -> Result<ExitCode, String> {
    let place = path.display();
    let file = File::open(path).map_err(|error| format!("Cannot read {place}: {error}"))?;
    let entries: Vec<Entry> = serde_json::from_reader(BufReader::new(file))
        .map_err(|error| format!("{place} is not what dumpdata writes: {error}"))?;
    let db = super::connect_existing(settings).await?;
    let count = load_entries(&db, entries).await?;
    println!("Loaded {count} rows.");
    db.close().await;
    Ok(ExitCode::SUCCESS)
}

/// Loads a dump from a text: all of it or, on an error, nothing.
///
/// # Errors
/// Which row cannot be loaded, and why.
pub async fn from_text(db: &Db, text: &str) -> Result<usize, String> {
    let entries = serde_json::from_str(text).map_err(|error| error.to_string())?;
    load_entries(db, entries).await
}

async fn load_entries(db: &Db, entries: Vec<Entry>) -> Result<usize, String> {
    let tables = models::tables();
    for entry in &entries {
        if !tables.iter().any(|table| table.name() == entry.model) {
            return Err(format!("There is no table {:?}.", entry.model));
        }
    }
    let transaction = db.begin().await.map_err(|error| one_line(&error))?;
    // In the tables' order, whatever the file's: a row comes after those that it names.
    for table in &tables {
        for (number, entry) in entries.iter().enumerate() {
            if entry.model == table.name() {
                let loaded = table.load(&transaction, &entry.fields).await;
                loaded.map_err(|problem| {
                    format!(
                        "Row {} ({}): {problem}. Nothing was loaded.",
                        number + 1,
                        entry.model
                    )
                })?;
            }
        }
        table
            .loaded(&transaction)
            .await
            .map_err(|error| one_line(&error))?;
    }
    commit(transaction).await?;
    Ok(entries.len())
}

async fn commit(transaction: DatabaseTransaction) -> Result<(), String> {
    transaction.commit().await.map_err(|error| one_line(&error))
}

/// Copies an SQLite database, as it is at one moment, while others read and write it.
pub async fn backup(settings: &Settings, path: &Path) -> Result<ExitCode, String> {
    let db = super::connect_existing(settings).await?;
    if db.read().get_database_backend() != DbBackend::Sqlite {
        return Err("backup is for SQLite. PostgreSQL brings its own: pg_dump.".into());
    }
    if path.exists() {
        return Err(format!("{} is there already.", path.display()));
    }
    let path = path.to_str().ok_or("The path must be text.")?;
    // VACUUM takes no parameters: a quote in the path is doubled, as SQL has it.
    let copy = format!("VACUUM INTO '{}'", path.replace('\'', "''"));
    db.read()
        .execute_unprepared(&copy)
        .await
        .map_err(|error| format!("Cannot write {path}: {}", one_line(&error)))?;
    // What VACUUM has written may still be in the system's memory only.
    File::options()
        .write(true)
        .open(path)
        .and_then(|file| file.sync_all())
        .map_err(|error| format!("Cannot write {path}: {error}"))?;
    println!("Copied the database to {path}.");
    Ok(ExitCode::SUCCESS)
}
