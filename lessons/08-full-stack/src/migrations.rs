//! The steps by which the tables came to be. Django: `migrations/`.

mod m0001_users;
mod m0002_notes;

use sea_orm_migration::prelude::*;

pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_users::Migration),
            Box::new(m0002_notes::Migration),
        ]
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
