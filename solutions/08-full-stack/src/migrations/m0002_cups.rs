//! How many cups an order is for.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // The orders that are there already were for one cup each.
        let orders = Table::alter()
            .table("orders")
            .add_column(integer("cups").default(1))
            .to_owned();
        manager.alter_table(orders).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let orders = Table::alter()
            .table("orders")
            .drop_column("cups")
            .to_owned();
        manager.alter_table(orders).await
    }
}
