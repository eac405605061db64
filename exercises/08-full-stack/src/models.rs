//! What is kept.

pub mod guest;
pub mod order;
pub mod tea;

use sea_orm::{DatabaseConnection, EntityTrait};

/// Asks for a row of each model's table: a table or a column that a migration forgot is an error.
pub async fn check(db: &DatabaseConnection) -> Vec<String> {
    let mut problems = Vec::new();
    look::<guest::Entity>(db, &mut problems).await;
    look::<order::Entity>(db, &mut problems).await;
    look::<tea::Entity>(db, &mut problems).await;
    problems
}

async fn look<E: EntityTrait>(db: &DatabaseConnection, problems: &mut Vec<String>) {
    if let Err(error) = E::find().one(db).await {
        let table = E::default().table_name().to_string();
        problems.push(format!("The table {table} is not as its model: {error}"));
    }
}
