//! `Ada` and `ada` are one name: to people they look like one.

use sea_orm_migration::prelude::*;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "0004_names"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // In the database, and not in the views alone: two who ask at the same time both find the
        // name free, and only one of them gets it.
        let index = "CREATE UNIQUE INDEX users_name ON users (lower(username))";
        manager.get_connection().execute_unprepared(index).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let index = "DROP INDEX users_name";
        manager.get_connection().execute_unprepared(index).await?;
        Ok(())
    }
}
