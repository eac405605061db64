//! The API of lesson 06 with a flaw: it lets the lock go between reading the notes and writing
//! them. Two clients at once, and a note is lost that was answered with 201.
//!
//! ```sh
//! cargo run -p lesson-06 --example lost_update
//! ```
//!
//! | method | path         | answer                                                        |
//! |--------|--------------|---------------------------------------------------------------|
//! | GET    | `/api/notes` | all notes, as JSON                                            |
//! | POST   | `/api/notes` | keeps the body, any text, as a note; 201 with all notes       |
#![forbid(unsafe_code)]

use std::env;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use tokio::net::TcpListener;
use tokio::time::timeout;

type Notes = Arc<Mutex<Vec<String>>>;

#[tokio::main]
async fn main() -> ExitCode {
    let listener = match bind().await {
        Ok(listener) => listener,
        Err(problem) => {
            eprintln!("{problem}");
            return ExitCode::from(2);
        }
    };
    // Caught from here on, as in the lesson itself.
    let mut ctrl_c = Box::pin(tokio::signal::ctrl_c());
    let _ = timeout(Duration::ZERO, &mut ctrl_c).await;
    if let Ok(address) = listener.local_addr() {
        println!("Listening on http://{address}");
    }
    let app = Router::new()
        .route("/api/notes", get(list).post(add))
        .with_state(Notes::default());
    let served = axum::serve(listener, app).with_graceful_shutdown(async {
        let _ = ctrl_c.await;
    });
    match served.await {
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

async fn list(State(notes): State<Notes>) -> Json<Vec<String>> {
    Json(read(&notes))
}

// ANCHOR: flaw
async fn add(
    State(notes): State<Notes>,
    body: Body,
) -> Result<(StatusCode, Json<Vec<String>>), StatusCode> {
    let mut all = read(&notes); // the notes as they are now
    let text = to_bytes(body, 1024).await; // and here the client takes its time
    let text = text.map_err(|_| StatusCode::BAD_REQUEST)?;
    all.push(String::from_utf8_lossy(&text).into_owned());
    write(&notes, all.clone()); // the notes as they were then, and one more
    Ok((StatusCode::CREATED, Json(all)))
}

/// Each of these two takes the lock, and each lets it go again at its end.
fn read(notes: &Notes) -> Vec<String> {
    let notes = notes.lock().unwrap_or_else(PoisonError::into_inner);
    notes.clone()
}

fn write(notes: &Notes, all: Vec<String>) {
    *notes.lock().unwrap_or_else(PoisonError::into_inner) = all;
}
// ANCHOR_END: flaw
