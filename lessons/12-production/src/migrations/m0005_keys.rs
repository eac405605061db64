//! The keys of requests that may be sent again. They outlive the notes that were made with them.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use super::m0001_users::{at_most, goes_with, index};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "0005_keys"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let keys = Table::create()
            .table("request_keys")
            .col(big_pk_auto("id"))
            .col(big_integer("user_id"))
            .col(string_len("key", 100).check(at_most("key", 100)))
            .col(big_integer_null("note_id"))
            .foreign_key(&mut goes_with("request_keys", "user_id", "users"))
            // The key stays when the note is deleted: else the same request would bring it back.
            .foreign_key(
                ForeignKey::create()
                    .from("request_keys", "note_id")
                    .to("notes", "id")
                    .on_delete(ForeignKeyAction::SetNull),
            )
            .index(
                Index::create()
                    .unique()
                    .name("request_key")
                    .col("user_id")
                    .col("key"),
            )
            .to_owned();
        manager.create_table(keys).await?;
        manager.create_index(index("request_keys", "note_id")).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("request_keys").to_owned())
            .await
    }
}
