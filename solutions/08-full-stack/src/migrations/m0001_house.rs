//! Teas, orders, guests.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let teas = Table::create()
            .table("teas")
            .col(big_pk_auto("id"))
            .col(string_len_uniq("name", 40))
            .col(integer("portions"))
            .col(boolean("on_menu"))
            .to_owned();
        let orders = Table::create()
            .table("orders")
            .col(big_pk_auto("id"))
            .col(string_len("guest", 40))
            .col(big_integer("tea_id"))
            .foreign_key(&mut references("orders", "tea_id", "teas"))
            .to_owned();
        let guests = Table::create()
            .table("guests")
            .col(big_pk_auto("id"))
            .col(string_len_uniq("name", 60))
            .col(string_len("level", 20))
            .col(big_integer_null("favorite_id"))
            .col(integer("visits").default(0))
            .foreign_key(&mut references("guests", "favorite_id", "teas"))
            .to_owned();
        for table in [teas, orders, guests] {
            manager.create_table(table).await?;
        }
        let mut first = Query::insert();
        first
            .into_table("teas")
            .columns(["name", "portions", "on_menu"]);
        for name in ["Assam", "Oolong", "Sencha"] {
            first.values_panic([name.into(), 12.into(), true.into()]);
        }
        manager.execute(first).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["guests", "orders", "teas"] {
            let drop = Table::drop().table(table).to_owned();
            manager.drop_table(drop).await?;
        }
        Ok(())
    }
}

/// `column` of `table` names a row of `other`. When that row is deleted, so are those that name it.
fn references(
    table: &'static str,
    column: &'static str,
    other: &'static str,
) -> ForeignKeyCreateStatement {
    let mut key = ForeignKey::create();
    key.from(table, column).to(other, "id");
    key.on_delete(ForeignKeyAction::Cascade).to_owned()
}
