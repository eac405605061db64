//! # Solution 12 · Production
//!
//! The guests of a tea house keep notes. `WHY.md`, beside this folder, says why it is so.
//!
//! Run it with `cargo run -p solution-12`, then open <http://127.0.0.1:8000/notes>.
//!
//! | request | answer |
//! |---|---|
//! | `GET /login`, `POST /login` | a form; begins a session, and leads to `next` |
//! | `POST /logout` | ends the session |
//! | `GET /notes` | notes, those with `q` in them if it is there |
//! | `POST /notes` | a new one |
//! | `GET /notes/{id}`, `POST /notes/{id}` | a note; another text for it |
//! | `POST /notes/{id}/delete`, `DELETE /notes/{id}` | deletes it: for forms, for scripts |
//!
//! A name is enough to log in here. Lesson 12 has the passwords; this is about what comes after them.

#![forbid(unsafe_code)]

mod error;
mod notes;
mod page;
mod sessions;
mod site;
mod visit;

use std::process::ExitCode;
use std::time::Duration;
use std::{env, io};

use tokio::net::TcpListener;
use tokio::time::timeout;

#[tokio::main]
async fn main() -> ExitCode {
    let listener = match bind().await {
        Ok(listener) => listener,
        Err(problem) => {
            eprintln!("{problem}");
            return ExitCode::from(2);
        }
    };
    match serve(listener).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("The server stopped: {error}.");
            ExitCode::FAILURE
        }
    }
}

/// Opens the port in `PORT` (default 8000; 0 lets the system choose) on this machine only.
async fn bind() -> Result<TcpListener, String> {
    let port = env::var_os("PORT").unwrap_or("8000".into());
    let port = port.to_string_lossy();
    let number: u16 = port
        .parse()
        .map_err(|_| format!("PORT must be a number from 0 to 65535, not {port:?}."))?;
    TcpListener::bind(("127.0.0.1", number)).await.map_err(|error| {
        format!("Cannot listen on port {number}: {error}. Stop the other server, or set PORT to another number.")
    })
}

/// Answers until Ctrl-C, then ends what has begun.
async fn serve(listener: TcpListener) -> io::Result<()> {
    // Ctrl-C is caught from the first time on that somebody waits for it. So we wait for no time
    // at all, before the line that says that this server can be used.
    let mut ctrl_c = Box::pin(tokio::signal::ctrl_c());
    if let Ok(pressed) = timeout(Duration::ZERO, &mut ctrl_c).await {
        return pressed;
    }
    println!("Listening on http://{}", listener.local_addr()?);
    let stopped = async {
        let _ = ctrl_c.await;
    };
    axum::serve(listener, site::site())
        .with_graceful_shutdown(stopped)
        .await
}
