//! `migrate`: takes the steps that this database has not seen.

use clap::Args;
use sea_orm::{DatabaseConnection, DbErr, TransactionTrait};
use sea_orm_migration::{MigrationStatus, MigratorTrait};

use crate::app::App;
use crate::migrations::Migrator;
use crate::settings::Settings;

#[derive(Args)]
pub struct Options {
    /// List the steps, with an X at those that were taken
    #[arg(long)]
    list: bool,
    /// Take back the last so many steps
    #[arg(long, value_name = "STEPS", default_value_t = 0)]
    back: u32,
}

pub async fn run(settings: Settings, options: Options) -> anyhow::Result<()> {
    let db = App::open(settings).await?.db;
    if options.back > 0 {
        let transaction = db.begin().await?;
        Migrator::down(&transaction, Some(options.back)).await?;
        transaction.commit().await?;
    } else if !options.list {
        for name in up(&db).await? {
            println!("Applied {name}");
        }
    }
    if options.list {
        for step in Migrator::get_migration_with_status_read_only(&db).await? {
            let mark = match step.status() {
                MigrationStatus::Applied => 'X',
                MigrationStatus::Pending => ' ',
            };
            println!("[{mark}] {}", step.name());
        }
    }
    Ok(())
}

/// Each step and the note that it was taken are one transaction: all of it is done, or nothing.
pub async fn up(db: &DatabaseConnection) -> Result<Vec<String>, DbErr> {
    let mut taken = Vec::new();
    loop {
        let transaction = db.begin().await?;
        let pending = Migrator::get_pending_migrations(&transaction).await?;
        let Some(next) = pending.first() else {
            transaction.commit().await?; // the table of taken steps may be new
            return Ok(taken);
        };
        Migrator::up(&transaction, Some(1)).await?;
        transaction.commit().await?;
        taken.push(next.name().to_string());
    }
}
