//! # Solution 07 · Middleware
//!
//! A tea house in a stack of layers. `WHY.md`, beside this folder, says why it is so.
//!
//! Run it with `cargo run -p solution-07`, then open <http://127.0.0.1:8000/>.
//!
//! | request | answer |
//! |---|---|
//! | `GET /` | what there is; may be stored for a minute |
//! | `GET /orders`, `POST /orders` | the orders; one more, in plain text |
//! | `POST /bell` | rings the bell |
//! | `PUT /kettle` | `on` or `off`: without it, no orders |
//!
//! `BURST` requests in `SECONDS` seconds are what a client may send.

#![forbid(unsafe_code)]

mod house;
mod layers;
mod service;
mod settings;

use std::process::ExitCode;
use std::time::Duration;
use std::{env, io};

use axum::Router;
use tokio::net::TcpListener;
use tokio::time::timeout;

use crate::layers::{STACK, rate_limit};
use crate::service::{router, wrap};
use crate::settings::Settings;

#[tokio::main]
async fn main() -> ExitCode {
    let settings = match Settings::from_environment() {
        Ok(settings) => settings,
        Err(problem) => {
            eprintln!("{problem}");
            return ExitCode::from(2);
        }
    };
    let listener = match bind().await {
        Ok(listener) => listener,
        Err(problem) => {
            eprintln!("{problem}");
            return ExitCode::from(2);
        }
    };
    // What depends on settings stands around the rest.
    let app = rate_limit(&settings, wrap(house::house(), STACK));
    match serve(listener, router(app)).await {
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
async fn serve(listener: TcpListener, app: Router) -> io::Result<()> {
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
    axum::serve(listener, app)
        .with_graceful_shutdown(stopped)
        .await
}
