//! `createsuperuser`: makes a user who may do anything.

use std::env;
use std::io::{IsTerminal, Write, stdin, stdout};
use std::process::ExitCode;

use crate::app::App;
use crate::settings::Settings;

pub async fn run(
    settings: Settings,
    username: Option<String>,
    email: Option<String>,
    noinput: bool,
) -> Result<ExitCode, String> {
    let db = super::connect_existing(&settings).await?;
    let behind = super::migrate::pending(&db).await?;
    if !behind.is_empty() {
        return Err("The database is behind. Run `migrate` first.".into());
    }
    if !noinput && !stdin().is_terminal() {
        return Err("There is no terminal to ask at. With --noinput, --username says the name and SUPERUSER_PASSWORD holds the password.".into());
    }
    let username = match username {
        Some(username) => username,
        None => ask("Username: ")?,
    };
    let email = match email {
        Some(email) => email,
        None if noinput => String::new(),
        None => ask("E-mail address (may be empty): ")?,
    };
    let password = if noinput {
        env::var("SUPERUSER_PASSWORD")
            .map_err(|_| "With --noinput, SUPERUSER_PASSWORD must hold the password.".to_string())?
    } else {
        ask_twice()?
    };
    let app = App::new(settings, db);
    let made = make(&app, &username, &email, &password).await;
    made?;
    println!("Made the superuser {}.", username.trim());
    Ok(ExitCode::SUCCESS)
}

fn ask(question: &str) -> Result<String, String> {
    print!("{question}");
    let mut line = String::new();
    stdout()
        .flush()
        .and_then(|()| stdin().read_line(&mut line))
        .map_err(|error| format!("Cannot read the answer: {error}"))?;
    Ok(line.trim().to_string())
}

/// Asks for the password twice. What is typed is not shown.
fn ask_twice() -> Result<String, String> {
    let hidden = |question| {
        rpassword::prompt_password(question)
            .map_err(|error| format!("Cannot read the password: {error}"))
    };
    let password = hidden("Password: ")?;
    if password == hidden("Password (again): ")? {
        Ok(password)
    } else {
        Err("The two passwords are not the same.".into())
    }
}

async fn make(_app: &App, _username: &str, _email: &str, _password: &str) -> Result<(), String> {
    Err("Passwords are not there yet.".into())
}
