//! `migrate`: brings the database to where the models are.

use sea_orm_migration::MigratorTrait;

use crate::db::Db;
use crate::migrations::Migrations;
use crate::settings::Settings;

pub async fn run(settings: &Settings) -> Result<(), String> {
    let db = super::connect(settings).await?;
    up(&db).await
}

/// Runs the steps that this database has not seen.
pub async fn up(db: &Db) -> Result<(), String> {
    Migrations::up(db.migrating(), None)
        .await
        .map_err(|error| format!("The migration failed: {error}"))
}
