//! Notes, and the files that belong to them.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use super::m0001_users::{at_most, goes_with, index};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "0002_notes"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let notes = Table::create()
            .table("notes")
            .col(big_pk_auto("id"))
            .col(big_integer_null("owner_id"))
            .col(text("text").check(at_most("text", 100_000)))
            .col(string_len("color", 20).check(at_most("color", 20)))
            .col(string_len("link", 500).check(at_most("link", 500)))
            .col(big_integer("created_at"))
            .col(big_integer("updated_at"))
            .foreign_key(&mut goes_with("notes", "owner_id", "users"))
            .to_owned();
        manager.create_table(notes).await?;
        manager.create_index(index("notes", "owner_id")).await?;
        let attachments = Table::create()
            .table("attachments")
            .col(big_pk_auto("id"))
            .col(big_integer("note_id"))
            .col(string_len_uniq("name", 80).check(at_most("name", 80)))
            .col(string_len("title", 200).check(at_most("title", 200)))
            .col(string_len("content_type", 50))
            .col(blob("data"))
            .col(big_integer("created_at"))
            .foreign_key(&mut goes_with("attachments", "note_id", "notes"))
            .to_owned();
        manager.create_table(attachments).await?;
        manager.create_index(index("attachments", "note_id")).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["attachments", "notes"] {
            manager
                .drop_table(Table::drop().table(table).to_owned())
                .await?;
        }
        Ok(())
    }
}
