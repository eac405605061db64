//! `runserver`: answers requests until Ctrl-C.

use std::process::ExitCode;

use crate::app::App;
use crate::db::Db;
use crate::db::place::Place;
use crate::serve::Ended;
use crate::settings::Settings;
use crate::{serve, urls};

pub async fn run(settings: Settings) -> Result<ExitCode, String> {
    let listener = serve::bind().await?;
    let place = Place::parse(&settings.database_url)?;
    if place.is_missing() && !settings.debug {
        // In production a file that is not there is a mistake in a path or a lost disk. An empty
        // site in its place would hide that.
        return Err(format!(
            "There is no database {place}. The command `migrate` makes it."
        ));
    }
    let db = super::connect(&settings).await?;
    let is_fresh = super::migrate::applied(&db).await?.is_empty();
    if is_fresh && settings.debug && matches!(place, Place::File(_)) {
        super::migrate::up(&db).await?;
        eprintln!("Made the database {place}.");
    } else {
        say_what_is_behind(&db).await?;
    }
    if settings.secret_key_is_new {
        // Sessions are kept, but under signatures of a key that is gone.
        eprintln!("SECRET_KEY is not set, so each start makes another, and logs everybody out.");
    }
    let app = App::new(settings, db.clone());
    match serve::serve(listener, urls::site(app)).await {
        Ended::Cleanly => {
            db.close().await;
            Ok(ExitCode::SUCCESS)
        }
        Ended::AtOnce => Ok(ExitCode::FAILURE),
    }
}

/// As in Django: it is said, and the pages that can be answered are.
async fn say_what_is_behind(db: &Db) -> Result<(), String> {
    let pending = super::migrate::pending(db).await?;
    if !pending.is_empty() {
        eprintln!(
            "The database has not seen these steps: {}. Some pages may not work. To run them: cargo run -p lesson-12 -- migrate",
            pending.join(", ")
        );
    }
    Ok(())
}
