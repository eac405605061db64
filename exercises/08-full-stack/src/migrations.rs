//! The steps by which the tables came to be.

mod m0001_house;

use anyhow::Context;
use sea_orm::{DatabaseConnection, TransactionTrait};
use sea_orm_migration::prelude::*;

pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(m0001_house::Migration)]
    }
}

/// Takes the steps that this database has not seen. Each step and the record that it was taken are
/// one transaction.
pub async fn up(db: &DatabaseConnection) -> anyhow::Result<()> {
    loop {
        let transaction = db.begin().await?;
        let pending = Migrator::get_pending_migrations(&transaction).await?;
        let Some(next) = pending.first().map(|step| step.name().to_string()) else {
            return Ok(transaction.commit().await?); // the table of records may be new
        };
        let step = Migrator::up(&transaction, Some(1)).await;
        step.with_context(|| format!("{next} failed, and has changed nothing"))?;
        transaction.commit().await?;
    }
}
