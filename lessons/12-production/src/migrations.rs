//! The steps by which the database came to be what the models say. A step that has been run
//! anywhere is never edited: what changes gets a step of its own. Django: `migrations/`.

mod m0001_users;
mod m0002_notes;
mod m0003_admin;
mod m0004_names;
mod m0005_keys;

use sea_orm_migration::prelude::*;

/// All steps, in their order.
pub struct Migrations;

#[async_trait::async_trait]
impl MigratorTrait for Migrations {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_users::Migration),
            Box::new(m0002_notes::Migration),
            Box::new(m0003_admin::Migration),
            Box::new(m0004_names::Migration),
            Box::new(m0005_keys::Migration),
        ]
    }
}
