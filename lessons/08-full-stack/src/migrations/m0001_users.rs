//! Users, their groups, profiles and sessions.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use super::references;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let users = Table::create()
            .table("users")
            .col(big_pk_auto("id"))
            .col(string_len_uniq("username", 150))
            .col(string_len("email", 254))
            .col(string("password"))
            .col(boolean("is_active"))
            .col(boolean("is_staff"))
            .col(boolean("is_superuser"))
            .to_owned();
        let groups = Table::create()
            .table("groups")
            .col(big_pk_auto("id"))
            .col(string_len_uniq("name", 150))
            .col(text("permissions"))
            .to_owned();
        let members = Table::create()
            .table("members")
            .col(big_pk_auto("id"))
            .col(big_integer("user_id"))
            .col(big_integer("group_id"))
            .foreign_key(&mut references("members", "user_id", "users"))
            .foreign_key(&mut references("members", "group_id", "groups"))
            .to_owned();
        let profiles = Table::create()
            .table("profiles")
            .col(big_pk_auto("id"))
            .col(big_integer_uniq("user_id"))
            .col(text("bio"))
            .foreign_key(&mut references("profiles", "user_id", "users"))
            .to_owned();
        let sessions = Table::create()
            .table("sessions")
            .col(string("id").primary_key())
            .col(text("data"))
            .col(timestamp_with_time_zone("expires_at"))
            .to_owned();
        for table in [users, groups, members, profiles, sessions] {
            manager.create_table(table).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["sessions", "profiles", "members", "groups", "users"] {
            let drop = Table::drop().table(table).to_owned();
            manager.drop_table(drop).await?;
        }
        Ok(())
    }
}
