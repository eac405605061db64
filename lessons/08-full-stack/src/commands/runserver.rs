//! `runserver`: serves the site until Ctrl-C.

use std::env;
use std::time::Duration;

use anyhow::Context;
use sea_orm_migration::MigratorTrait;
use tokio::net::TcpListener;
use tokio::{signal, time};

use super::{check, migrate};
use crate::app::App;
use crate::migrations::Migrator;
use crate::settings::Settings;
use crate::urls;

pub async fn run(settings: Settings) -> anyhow::Result<()> {
    let listener = bind().await?;
    let app = App::open(settings).await?;
    let applied = Migrator::get_applied_migrations_read_only(&app.db).await?;
    if applied.is_empty() && app.settings.debug {
        let steps = migrate::up(&app.db).await?;
        eprintln!("Made the database: {}.", steps.join(", "));
    }
    for problem in check::problems(&app).await? {
        eprintln!("{problem}");
    }
    serve(listener, app).await
}

/// Listens on the port in `PORT` (default 8000; 0 picks a free one).
async fn bind() -> anyhow::Result<TcpListener> {
    let port = env::var("PORT").unwrap_or("8000".into());
    let number: Option<u16> = port.parse().ok();
    let number = number
        .with_context(|| format!("PORT must be a port number from 0 to 65535, not {port:?}"))?;
    let listener = TcpListener::bind(("127.0.0.1", number)).await;
    listener.with_context(|| format!("Cannot listen on port {number}"))
}

async fn serve(listener: TcpListener, app: App) -> anyhow::Result<()> {
    println!("Listening on http://{}", listener.local_addr()?);

    // What has begun is answered; ten seconds after Ctrl-C, nobody is waited for any more.
    let too_long = async {
        ctrl_c().await;
        time::sleep(Duration::from_secs(10)).await;
    };
    tokio::select! {
        served = axum::serve(listener, urls::site(app)).with_graceful_shutdown(ctrl_c()) => Ok(served?),
        () = too_long => Ok(()),
    }
}

async fn ctrl_c() {
    signal::ctrl_c().await.expect("Ctrl-C can be listened for");
}
