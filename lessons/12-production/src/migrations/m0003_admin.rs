//! The admin's history.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use super::m0001_users::{at_most, index};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "0003_admin"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let entries = Table::create()
            .table("log_entries")
            .col(big_pk_auto("id"))
            // No foreign key: what somebody did stays known when they are gone.
            .col(big_integer_null("user_id"))
            .col(string_len("model", 50))
            .col(big_integer("row_id"))
            .col(string_len("shown", 200).check(at_most("shown", 200)))
            .col(string_len("action", 20))
            .col(text("detail"))
            .col(big_integer("made_at"))
            .to_owned();
        manager.create_table(entries).await?;
        manager.create_index(index("log_entries", "row_id")).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("log_entries").to_owned())
            .await
    }
}
