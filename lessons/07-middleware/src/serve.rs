//! The network, as in lesson 04: opens the port, answers until Ctrl-C.

use std::process::ExitCode;
use std::time::Duration;
use std::{env, io};

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::time::{sleep, timeout};

/// How long a stopping server waits for the last request.
const PATIENCE: Duration = Duration::from_secs(10);

/// What is left for `main` when it has an application.
pub async fn run(app: Router) -> ExitCode {
    let listener = match bind().await {
        Ok(listener) => listener,
        Err(problem) => {
            eprintln!("{problem}");
            return ExitCode::from(2);
        }
    };
    match serve(listener, app).await {
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

    let (stopping, stopped) = oneshot::channel();
    let served = axum::serve(listener, app).with_graceful_shutdown(async {
        let _ = ctrl_c.await;
        let _ = stopping.send(());
    });
    // A client that never ends the head of its request would hold a stopping server for ever.
    let given_up = async {
        let _ = stopped.await;
        sleep(PATIENCE).await;
    };
    tokio::select! {
        result = served => result,
        () = given_up => Ok(()),
    }
}
