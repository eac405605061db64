//! `migrate`: brings the database to where the models are, or back to an earlier step.

use std::process::ExitCode;

use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, DbBackend, DbErr,
    EntityTrait, QueryFilter,
};
use sea_orm_migration::{MigrationTrait, MigratorTrait, SchemaManager, seaql_migrations};

use crate::db::{Db, one_line};
use crate::migrations::Migrations;
use crate::settings::Settings;

pub async fn run(settings: &Settings, to: Option<String>, list: bool) -> Result<ExitCode, String> {
    let db = super::connect(settings).await?;
    if list {
        let applied = applied(&db).await?;
        for step in Migrations::migrations() {
            let mark = if applied.iter().any(|name| name == step.name()) {
                "X"
            } else {
                " "
            };
            println!("[{mark}] {}", step.name());
        }
        return Ok(ExitCode::SUCCESS);
    }
    let done = match to.as_deref() {
        None => up(&db).await?,
        Some(name) => go_to(&db, name).await?,
    };
    for line in &done {
        println!("{line}");
    }
    if done.is_empty() {
        println!("There is nothing to migrate.");
    }
    db.close().await;
    Ok(ExitCode::SUCCESS)
}

/// Runs the steps that this database has not seen, and says which.
///
/// # Errors
/// One line that says which step failed, and why. The steps before it are kept.
pub async fn up(db: &Db) -> Result<Vec<String>, String> {
    let mut done = Vec::new();
    for migration in Migrations::migrations() {
        done.extend(step(db, migration.as_ref(), true).await?);
    }
    Ok(done)
}

/// Goes forward or back until `name` is the last step that has been run; `zero` is before all.
///
/// # Errors
/// When there is no such step, or one that fails.
pub async fn go_to(db: &Db, name: &str) -> Result<Vec<String>, String> {
    let steps = Migrations::migrations();
    let kept = match steps.iter().position(|step| step.name() == name) {
        Some(position) => position + 1,
        None if name == "zero" => 0,
        None => {
            let names: Vec<&str> = steps.iter().map(|step| step.name()).collect();
            return Err(format!(
                "There is no step {name:?}. There are: {}, and zero.",
                names.join(", ")
            ));
        }
    };
    let mut done = Vec::new();
    for migration in steps[kept..].iter().rev() {
        done.extend(step(db, migration.as_ref(), false).await?);
    }
    for migration in &steps[..kept] {
        done.extend(step(db, migration.as_ref(), true).await?);
    }
    Ok(done)
}

// ANCHOR: step
/// Runs one step, if it has not been run: what it does and the note that it was done are one
/// transaction. A step that is killed in its middle has done nothing.
async fn step(
    db: &Db,
    migration: &dyn MigrationTrait,
    forward: bool,
) -> Result<Option<String>, String> {
    let name = migration.name();
    let run = async {
        let transaction = db.begin().await?;
        let is_done = names(&transaction).await?.iter().any(|done| done == name);
        if is_done == forward {
            return Ok(false);
        }
        let schema = SchemaManager::new(&transaction);
        // ANCHOR: both_or_nothing
        if forward {
            migration.up(&schema).await?;
            note(&transaction, name).await?;
        } else {
            migration.down(&schema).await?;
            forget(&transaction, name).await?;
        }
        transaction.commit().await?;
        // ANCHOR_END: both_or_nothing
        Ok(true)
    };
    let direction = if forward { "Forward" } else { "Back" };
    match run.await {
        Ok(true) => Ok(Some(format!("{direction}: {name}"))),
        Ok(false) => Ok(None),
        Err::<bool, DbErr>(error) => Err(format!(
            "The step {name} failed, and has changed nothing: {}",
            one_line(&error)
        )),
    }
}
// ANCHOR_END: step

/// The steps that this database has seen. While the transaction lasts, nobody else adds one.
async fn names(transaction: &DatabaseTransaction) -> Result<Vec<String>, DbErr> {
    if transaction.get_database_backend() == DbBackend::Postgres {
        // Two processes that migrate at once: the second waits here. The number is any, and ours.
        let lock = "SELECT pg_advisory_xact_lock(80808)";
        transaction.execute_unprepared(lock).await?;
    }
    Migrations::install(transaction).await?;
    let rows = seaql_migrations::Entity::find().all(transaction).await?;
    Ok(rows.into_iter().map(|row| row.version).collect())
}

async fn note(transaction: &DatabaseTransaction, name: &str) -> Result<(), DbErr> {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let row = seaql_migrations::ActiveModel {
        version: Set(name.into()),
        applied_at: Set(now.map_or(0, |now| now.as_secs().cast_signed())),
    };
    let insert = seaql_migrations::Entity::insert(row);
    insert.exec_without_returning(transaction).await.map(|_| ())
}

async fn forget(transaction: &DatabaseTransaction, name: &str) -> Result<(), DbErr> {
    seaql_migrations::Entity::delete_many()
        .filter(seaql_migrations::Column::Version.eq(name))
        .exec(transaction)
        .await
        .map(|_| ())
}

/// The names of the steps that have been run. Changes nothing.
///
/// # Errors
/// When the database cannot be read.
pub async fn applied(db: &Db) -> Result<Vec<String>, String> {
    let applied = Migrations::get_applied_migrations_read_only(db.read()).await;
    let applied = applied.map_err(|error| one_line(&error))?;
    Ok(applied.iter().map(|step| step.name().to_string()).collect())
}

/// The names of the steps that have not been run. Changes nothing.
///
/// # Errors
/// When the database cannot be read.
pub async fn pending(db: &Db) -> Result<Vec<String>, String> {
    let pending = Migrations::get_pending_migrations_read_only(db.read()).await;
    let pending = pending.map_err(|error| one_line(&error))?;
    Ok(pending.iter().map(|step| step.name().to_string()).collect())
}
