//! `makemigrations`: how the models differ from what the migrations make.
//!
//! Django writes the next step and you read it. Here the differences are found and a draft is
//! printed; you finish it, because only you know whether a column that is new under another name
//! is the old one.

mod draft;
mod shape;

use std::process::ExitCode;

use sea_orm::{ConnectionTrait, DbErr};
use sea_orm_migration::MigratorTrait;

use super::tables::{self, AnyTable};
use crate::db::one_line;
use crate::migrations::Migrations;
use crate::models;

pub use draft::step;
pub use shape::{Difference, Shape, differences, of as shape_of};

pub async fn run(check: bool) -> Result<ExitCode, String> {
    let found = found().await.map_err(|error| one_line(&error))?;
    if found.is_empty() {
        println!("The migrations make what the models declare.");
        return Ok(ExitCode::SUCCESS);
    }
    for difference in &found {
        eprintln!("{difference}");
    }
    if check {
        return Ok(ExitCode::FAILURE);
    }
    let number = Migrations::migrations().len() + 1;
    eprintln!(
        "Below is a draft of the step. Save it as src/migrations/m{number:04}_….rs, finish it, and add it to src/migrations.rs."
    );
    println!("{}", step(number, &found, &models::tables()));
    Ok(ExitCode::SUCCESS)
}

/// The differences now.
///
/// # Errors
/// When a migration fails.
pub async fn found() -> Result<Vec<Difference>, DbErr> {
    let declared = declared(&models::tables()).await?;
    Ok(differences(&made().await?, &declared))
}

/// What the migrations make, in an empty database.
///
/// # Errors
/// When one of them fails.
pub async fn made() -> Result<Shape, DbErr> {
    let scratch = tables::scratch().await?;
    Migrations::up(&scratch, None).await?;
    shape_of(&scratch).await
}

/// What these models declare.
///
/// # Errors
/// When SQLite does not take it.
pub async fn declared(tables: &[Box<dyn AnyTable>]) -> Result<Shape, DbErr> {
    let scratch = tables::scratch().await?;
    for table in tables {
        scratch.execute(&table.declared()).await?;
        for index in table.indexes() {
            scratch.execute(&index).await?;
        }
    }
    shape_of(&scratch).await
}
