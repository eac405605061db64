//! Users, groups, profiles, sessions, and the count of failed logins.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "0001_users"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let users = Table::create()
            .table("users")
            .col(big_pk_auto("id"))
            .col(string_len_uniq("username", 150).check(at_most("username", 150)))
            .col(string_len("email", 254).check(at_most("email", 254)))
            .col(string_len("password", 256).check(at_most("password", 256)))
            .col(boolean("is_active"))
            .col(boolean("is_staff"))
            .col(boolean("is_superuser"))
            .col(big_integer("created_at"))
            .col(big_integer_null("last_login_at"))
            .to_owned();
        manager.create_table(users).await?;
        let groups = Table::create()
            .table("groups")
            .col(big_pk_auto("id"))
            .col(string_len_uniq("name", 150).check(at_most("name", 150)))
            .col(text("permissions").check(at_most("permissions", 2_000)))
            .to_owned();
        manager.create_table(groups).await?;
        let members = Table::create()
            .table("members")
            .col(big_pk_auto("id"))
            .col(big_integer("user_id"))
            .col(big_integer("group_id"))
            .foreign_key(&mut goes_with("members", "user_id", "users"))
            .foreign_key(&mut goes_with("members", "group_id", "groups"))
            .index(
                Index::create()
                    .unique()
                    .name("member")
                    .col("user_id")
                    .col("group_id"),
            )
            .to_owned();
        manager.create_table(members).await?;
        let profiles = Table::create()
            .table("profiles")
            .col(big_pk_auto("id"))
            .col(big_integer_uniq("user_id"))
            .col(string_len("display_name", 80).check(at_most("display_name", 80)))
            .col(text("about").check(at_most("about", 1_000)))
            .foreign_key(&mut goes_with("profiles", "user_id", "users"))
            .to_owned();
        manager.create_table(profiles).await?;
        let sessions = Table::create()
            .table("sessions")
            .col(string_len("id_hash", 64).primary_key())
            .col(big_integer_null("user_id"))
            .col(text("data"))
            .col(big_integer("created_at"))
            .col(big_integer("seen_at"))
            .foreign_key(&mut goes_with("sessions", "user_id", "users"))
            .to_owned();
        manager.create_table(sessions).await?;
        manager.create_index(index("sessions", "user_id")).await?;
        let attempts = Table::create()
            .table("attempts")
            .col(big_pk_auto("id"))
            .col(string_len("key", 200))
            .col(big_integer("made_at"))
            .to_owned();
        manager.create_table(attempts).await?;
        manager.create_index(index("attempts", "key")).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [
            "attempts", "sessions", "profiles", "members", "groups", "users",
        ] {
            manager
                .drop_table(Table::drop().table(table).to_owned())
                .await?;
        }
        Ok(())
    }
}

/// SQLite takes a text of any length for a `varchar(20)`; this it checks, as PostgreSQL does.
pub fn at_most(column: &'static str, length: i32) -> Expr {
    Expr::expr(Func::char_length(Expr::col(column))).lte(length)
}

/// The row is deleted with the one that it names.
pub fn goes_with(
    table: &'static str,
    column: &'static str,
    to: &'static str,
) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .from(table, column)
        .to(to, "id")
        .on_delete(ForeignKeyAction::Cascade)
        .to_owned()
}

pub fn index(table: &'static str, column: &'static str) -> IndexCreateStatement {
    Index::create()
        .name(format!("{table}_{column}"))
        .table(table)
        .col(column)
        .to_owned()
}
