//! `check`: finds what is wrong before a visitor does. Django: the system checks.

use std::fs;
use std::path::Path;

use anyhow::bail;
use sea_orm::EntityTrait;
use sea_orm_migration::MigratorTrait;

use crate::app::App;
use crate::migrations::Migrator;
use crate::models::{self, session};
use crate::settings::{INSECURE_KEY, Settings};
use crate::templates::FOLDER;

pub async fn run(settings: Settings) -> anyhow::Result<()> {
    let problems = problems(&App::open(settings).await?).await?;
    for problem in &problems {
        println!("{problem}");
    }
    match problems.len() {
        0 => println!("All is well."),
        1 => bail!("There is 1 problem."),
        count => bail!("There are {count} problems."),
    }
    Ok(())
}

/// What is wrong, a line each. `runserver` says it too, and serves all the same.
pub async fn problems(app: &App) -> anyhow::Result<Vec<String>> {
    let mut problems = Vec::new();
    let settings = &app.settings;
    if !settings.debug && settings.secret_key == INSECURE_KEY {
        problems.push("SECRET_KEY is not set, and DEBUG is off: sessions can be forged.".into());
    }
    if !settings.debug && !settings.tls {
        problems.push("TLS is off, and so is DEBUG: cookies go over http, too.".into());
    }
    templates(app, Path::new(FOLDER), &mut problems)?;
    let pending = Migrator::get_pending_migrations_read_only(&app.db).await?;
    if pending.is_empty() {
        problems.extend(models::check(&app.db).await);
        // To delete what is not there is to write, too.
        if let Err(error) = session::Entity::delete_by_id("").exec(&app.db).await {
            problems.push(format!("The database cannot be written to: {error}"));
        }
    }
    for step in pending {
        problems.push(format!("{} is not applied: run `migrate`.", step.name()));
    }
    Ok(problems)
}

/// Each template of the folder, if it is there: a mistake in one would wait for its first visitor.
fn templates(app: &App, folder: &Path, problems: &mut Vec<String>) -> anyhow::Result<()> {
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry?.path();
        if path.is_dir() {
            templates(app, &path, problems)?;
        } else if let Ok(name) = path.strip_prefix(FOLDER) {
            let name = name.to_string_lossy().replace('\\', "/");
            if let Err(error) = app.templates.get_template(&name) {
                problems.push(format!("The template {name} cannot be read: {error:#}"));
            }
        }
    }
    Ok(())
}
