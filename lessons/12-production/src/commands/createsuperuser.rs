//! `createsuperuser`: makes a user who may do anything.

use std::env;
use std::io::{ErrorKind, IsTerminal, Write, stdin, stdout};
use std::process::ExitCode;
use std::time::Duration;

use crate::app::App;
use crate::auth::users::{self, Flags};
use crate::db::failure::Failure;
use crate::db::one_line;
use crate::error::AppError;
use crate::settings::Settings;

pub async fn run(
    settings: Settings,
    username: Option<String>,
    email: Option<String>,
    noinput: bool,
) -> Result<ExitCode, String> {
    let db = super::connect_existing(&settings).await?;
    if !super::migrate::pending(&db).await?.is_empty() {
        return Err("The database is behind. Run `migrate` first.".into());
    }
    if !noinput && !stdin().is_terminal() {
        return Err("There is no terminal to ask at. With --noinput, --username says the name and SUPERUSER_PASSWORD holds the password.".into());
    }
    let app = App::new(settings, db);
    let username = match username {
        Some(username) => given(&app, "username", &username).await?,
        None => asked(&app, "username", "Username: ").await?,
    };
    let email = match email {
        Some(email) => given(&app, "email", &email).await?,
        None if noinput => String::new(),
        None => asked(&app, "email", "E-mail address (may be empty): ").await?,
    };
    let known = [username.as_str(), email.as_str()];
    let password = if noinput {
        from_environment(&app, &known).await?
    } else {
        asked_twice(&app, &known).await?
    };
    let made = users::create(&app, &username, &email, &password, Flags::SUPERUSER);
    made.await.map_err(in_words)?;
    println!("Made the superuser {username}.");
    Ok(ExitCode::SUCCESS)
}

/// What stands on the command line is taken, or the command ends.
async fn given(app: &App, name: &str, text: &str) -> Result<String, String> {
    match problem(app, name, text.trim()).await? {
        None => Ok(text.trim().to_string()),
        Some(problem) => Err(format!("The {name} cannot be taken: {problem}")),
    }
}

/// Asks until the answer can be taken.
async fn asked(app: &App, name: &str, question: &str) -> Result<String, String> {
    loop {
        let answer = ask(question)?;
        match problem(app, name, &answer).await? {
            None => return Ok(answer),
            Some(problem) => eprintln!("{problem}"),
        }
    }
}

async fn problem(app: &App, name: &str, text: &str) -> Result<Option<String>, String> {
    let problem = match name {
        "username" => users::name_problem(text),
        _ => users::email_problem(text),
    };
    if let Some(problem) = problem {
        return Ok(Some(problem.to_string()));
    }
    let taken = name == "username" && users::is_taken(app, text).await.map_err(|e| one_line(&e))?;
    Ok(taken.then(|| "Somebody has this name already.".to_string()))
}

fn ask(question: &str) -> Result<String, String> {
    print!("{question}");
    let mut line = String::new();
    let read = stdout().flush().and_then(|()| stdin().read_line(&mut line));
    match read {
        // Not even a line end: the input is over (Ctrl-D).
        Ok(0) => Err("\nNobody was made.".into()),
        Ok(_) => Ok(line.trim().to_string()),
        Err(error) => Err(format!("Cannot read the answer: {error}")),
    }
}

async fn from_environment(app: &App, known: &[&str]) -> Result<String, String> {
    let password = env::var("SUPERUSER_PASSWORD")
        .map_err(|_| "With --noinput, SUPERUSER_PASSWORD must hold the password.")?;
    if let Some(weakness) = weakness(app, &password, known).await? {
        return Err(format!("The password cannot be taken: {weakness}"));
    }
    Ok(password)
}

/// Asks for the password twice, until it can be taken. What is typed is not shown.
async fn asked_twice(app: &App, known: &[&str]) -> Result<String, String> {
    // From here on Ctrl-C is caught: ended on the spot, we would leave a terminal that shows
    // nothing of what is typed. Catching begins when this is first polled, and does not end.
    let _ = tokio::time::timeout(Duration::ZERO, tokio::signal::ctrl_c()).await;
    loop {
        let password = ask_hidden("Password: ")?;
        if password != ask_hidden("Password (again): ")? {
            eprintln!("The two passwords are not the same.");
        } else if let Some(weakness) = weakness(app, &password, known).await? {
            eprintln!("{weakness}");
        } else {
            return Ok(password);
        }
    }
}

fn ask_hidden(question: &str) -> Result<String, String> {
    rpassword::prompt_password(question).map_err(|error| match error.kind() {
        ErrorKind::Interrupted | ErrorKind::UnexpectedEof => "\nNobody was made.".into(),
        _ => format!("Cannot read the password: {error}"),
    })
}

async fn weakness(app: &App, password: &str, known: &[&str]) -> Result<Option<String>, String> {
    let weakness = app.passwords.weakness(password, known).await;
    weakness.map_err(in_words)
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
