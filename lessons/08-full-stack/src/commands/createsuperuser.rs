//! `createsuperuser`: makes a user who may do anything.

use std::env;
use std::io::{Write, stdin, stdout};

use anyhow::{Context, bail};
use clap::Args;
use sea_orm::{ActiveModelTrait, TransactionTrait};

use crate::app::App;
use crate::auth::{password, user};
use crate::fields::Field;
use crate::models::user::{Column, Entity};
use crate::settings::Settings;

#[derive(Args)]
pub struct Flags {
    /// The name to log in with; asked for when it is not given
    #[arg(long)]
    username: Option<String>,
    #[arg(long, default_value = "")]
    email: String,
    /// Ask nothing: the password is in SUPERUSER_PASSWORD
    #[arg(long, requires = "username")]
    noinput: bool,
}

pub async fn run(settings: Settings, flags: Flags) -> anyhow::Result<()> {
    let db = App::open(settings).await?.db;
    let username = match flags.username {
        Some(username) => username,
        None => ask("Username: ")?,
    };
    let username = username.trim();
    if let Err(reason) = Field::of::<Entity>(Column::Username).check(username) {
        bail!("The name: {reason}");
    }
    let given = match env::var("SUPERUSER_PASSWORD") {
        Ok(password) => password,
        Err(_) if flags.noinput => bail!("--noinput needs the password in SUPERUSER_PASSWORD"),
        Err(_) => rpassword::prompt_password("Password: ")?,
    };
    if let Some(weakness) = password::weakness(&given, username) {
        bail!("Choose another password. {weakness}");
    }
    let hash = password::hash(given).await;
    let transaction = db.begin().await?;
    let user = user::new(username, &flags.email, hash, true)
        .insert(&transaction)
        .await;
    let user = user.context("Cannot make this user. Was `migrate` run, and is the name free?")?;
    transaction.commit().await?;
    println!("Made the superuser {}.", user.username);
    Ok(())
}

fn ask(what: &str) -> anyhow::Result<String> {
    print!("{what}");
    stdout().flush()?;
    let mut line = String::new();
    stdin().read_line(&mut line)?;
    Ok(line)
}
