//! TODO: what this step is for.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "0006_TODO"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // TODO: what no model says: foreign keys, and the longest texts.
        let table = Table::create()
            .table("codes")
            .col(string_len("code", 8).primary_key())
            .col(unsigned("count"))
            .to_owned();
        manager.create_table(table).await?;
        // TODO: what no model says: foreign keys, and the longest texts.
        let table = Table::create()
            .table("pairs")
            .col(big_integer("user_id"))
            .col(string_len("word", 8))
            .primary_key(Index::create().col("user_id").col("word"))
            .to_owned();
        manager.create_table(table).await?;
        // TODO: what no model says: foreign keys, and the longest texts.
        let table = Table::create()
            .table("samples")
            .col(pk_auto("id"))
            .col(string_len("name", 20).unique_key())
            .col(string_null("remark"))
            .col(small_integer("small").unique_key())
            .col(integer("number"))
            .col(integer_null("maybe"))
            .col(big_integer("large"))
            .col(float("ratio"))
            .col(double("weight"))
            .col(double_null("price"))
            .col(boolean("is_new"))
            .col(boolean_null("is_good"))
            .col(blob_null("data"))
            .col(string_len("colour", 10))
            .col(integer("row"))
            .col(integer("place"))
            .col(integer_null("owner_id"))
            .col(integer("rank").default(3))
            .col(big_integer("seen_at"))
            .to_owned();
        manager.create_table(table).await?;
        manager
            .create_index(Index::create().unique().name("samples_row_place").table("samples").col("row").col("place").to_owned())
            .await?;
        manager
            .create_index(Index::create().name("samples_number").table("samples").col("number").to_owned())
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("samples").to_owned()).await?;
        manager.drop_table(Table::drop().table("pairs").to_owned()).await?;
        manager.drop_table(Table::drop().table("codes").to_owned()).await?;
        Ok(())
    }
}
