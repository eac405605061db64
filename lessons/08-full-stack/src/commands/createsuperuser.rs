//! `createsuperuser`: makes a user who may do anything.

use std::env;
use std::io::{IsTerminal, Write, stdin, stdout};
use std::process::ExitCode;

use crate::app::App;
use crate::auth::users::{self, Flags};
use crate::db::failure::Failure;
use crate::db::one_line;
use crate::error::AppError;
use crate::forms::Form;
use crate::models::user;
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
    make(&app, username.trim(), email.trim(), &password).await?;
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

async fn make(app: &App, username: &str, email: &str, password: &str) -> Result<(), String> {
    let sent = [("username", username), ("email", email)];
    let sent = sent.map(|(name, value)| (name.to_string(), value.to_string()));
    let form = Form::<user::Entity>::new(&["username", "email"]).posted(&sent);
    for name in ["username", "email"] {
        if let Some(problem) = form.error(name) {
            return Err(format!("The {name} cannot be taken: {problem}"));
        }
    }
    let known = [username, email];
    let weakness = app.passwords.weakness(password, &known).await;
    if let Some(weakness) = weakness.map_err(in_words)? {
        return Err(format!("The password cannot be taken: {weakness}"));
    }
    let made = users::create(app, username, email, password, Flags::SUPERUSER).await;
    made.map(|_| ()).map_err(in_words)
}

fn in_words(error: AppError) -> String {
    match error {
        AppError::Client(_, reason) => reason,
        AppError::Database(error) => match Failure::of(&error) {
            Failure::Taken => "There is a user of that name already.".into(),
            _ => one_line(&error),
        },
        other => format!("{other:?}"),
    }
}
