//! `createsuperuser`: makes a user who may do anything.

use std::env;
use std::io::{Write, stdin, stdout};

use anyhow::{Context, bail};
use clap::Args;
use sea_orm::{ActiveModelTrait, TransactionTrait};

use crate::app::App;
use crate::auth::{password, user};
use crate::settings::Settings;

#[derive(Args)]
pub struct Options {
    /// The name to log in with; asked for when it is not given
    #[arg(long)]
    username: Option<String>,
    #[arg(long, default_value = "")]
    email: String,
    /// Ask nothing: the password is in SUPERUSER_PASSWORD
    #[arg(long, requires = "username")]
    noinput: bool,
}

pub async fn run(settings: Settings, options: Options) -> anyhow::Result<()> {
    let db = App::open(settings).await?.db;
    let username = match options.username {
        Some(username) => username,
        None => ask("Username: ")?,
    };
    let given = match env::var("SUPERUSER_PASSWORD") {
        Ok(password) => password,
        Err(_) if options.noinput => bail!("--noinput needs the password in SUPERUSER_PASSWORD"),
        Err(_) => rpassword::prompt_password("Password: ")?,
    };
    if let Some(weakness) = password::weakness(&given, &username) {
        bail!("Choose another password. {weakness}");
    }
    let hash = password::hash(given).await;
    let transaction = db.begin().await?;
    let user = user::new(&username, &options.email, hash, true)
        .insert(&transaction)
        .await;
    let user = user.with_context(|| format!("Cannot make the user {username}"))?;
    transaction.commit().await?;
    println!("Made the superuser {}.", user.username);
    Ok(())
}

fn ask(what: &str) -> anyhow::Result<String> {
    print!("{what}");
    stdout().flush()?;
    let mut line = String::new();
    stdin().read_line(&mut line)?;
    Ok(line.trim().to_string())
}
