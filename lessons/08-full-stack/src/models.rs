//! What is kept. Django: `models.py`.

pub mod group;
pub mod member;
pub mod note;
pub mod profile;
pub mod session;
pub mod user;

use sea_orm::{DatabaseConnection, EntityTrait};

/// Asks for a row of each model's table: a table or a column that a migration forgot is an error.
pub async fn check(db: &DatabaseConnection) -> Vec<String> {
    let mut problems = Vec::new();
    look::<group::Entity>(db, &mut problems).await;
    look::<member::Entity>(db, &mut problems).await;
    look::<note::Entity>(db, &mut problems).await;
    look::<profile::Entity>(db, &mut problems).await;
    look::<session::Entity>(db, &mut problems).await;
    look::<user::Entity>(db, &mut problems).await;
    problems
}

async fn look<E: EntityTrait>(db: &DatabaseConnection, problems: &mut Vec<String>) {
    if let Err(error) = E::find().one(db).await {
        let table = E::default().table_name().to_string();
        problems.push(format!("The table {table} is not as its model: {error}"));
    }
}
