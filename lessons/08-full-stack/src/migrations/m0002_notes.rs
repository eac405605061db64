//! Notes.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use super::references;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let notes = Table::create()
            .table("notes")
            .col(big_pk_auto("id"))
            .col(big_integer_null("owner_id"))
            .col(text("text"))
            .col(string_len("color", 20))
            .col(timestamp_with_time_zone("created_at"))
            .foreign_key(&mut references("notes", "owner_id", "users"))
            .to_owned();
        manager.create_table(notes).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let drop = Table::drop().table("notes").to_owned();
        manager.drop_table(drop).await
    }
}
