//! `migrate`: takes the steps that this database has not seen.

use anyhow::Context;
use clap::Args;
use sea_orm::{DatabaseConnection, TransactionTrait};
use sea_orm_migration::{MigrationStatus, MigratorTrait};

use crate::app::App;
use crate::migrations::Migrator;
use crate::settings::Settings;

#[derive(Args)]
pub struct Flags {
    /// List the steps, with an X at those that were taken
    #[arg(long)]
    list: bool,
    /// Take back the last so many steps
    #[arg(long, value_name = "STEPS", default_value_t = 0)]
    back: u32,
}

pub async fn run(settings: Settings, flags: Flags) -> anyhow::Result<()> {
    let db = App::open(settings).await?.db;
    if flags.back == 0 && !flags.list {
        for name in up(&db).await? {
            println!("Applied {name}");
        }
        return Ok(());
    }
    if flags.back > 0 {
        let transaction = db.begin().await?;
        Migrator::down(&transaction, Some(flags.back)).await?;
        transaction.commit().await?;
    }
    for step in Migrator::get_migration_with_status_read_only(&db).await? {
        let is_applied = step.status() == MigrationStatus::Applied;
        println!("[{}] {}", if is_applied { 'X' } else { ' ' }, step.name());
    }
    Ok(())
}

/// Each step and the record that it was taken are one transaction: all of it is done, or nothing.
pub async fn up(db: &DatabaseConnection) -> anyhow::Result<Vec<String>> {
    let mut taken = Vec::new();
    loop {
        let transaction = db.begin().await?;
        let pending = Migrator::get_pending_migrations(&transaction).await?;
        let Some(next) = pending.first().map(|step| step.name().to_string()) else {
            transaction.commit().await?; // the table of records may be new
            return Ok(taken);
        };
        let step = Migrator::up(&transaction, Some(1)).await;
        step.with_context(|| format!("{next} failed, and has changed nothing"))?;
        transaction.commit().await?;
        taken.push(next);
    }
}
