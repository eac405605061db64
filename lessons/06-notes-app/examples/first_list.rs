//! Lesson 06, the first version: a list that programs read and add to.
//!
//! ```sh
//! cargo run -p lesson-06 --example first_list
//! ```

#![forbid(unsafe_code)]

use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};

#[path = "../src/serve.rs"]
mod serve;

type Notes = Arc<Mutex<Vec<String>>>;

async fn list(State(notes): State<Notes>) -> Json<Vec<String>> {
    let notes = notes.lock().expect("nobody panics with the lock");
    Json(notes.clone())
}

async fn add(
    State(notes): State<Notes>,
    text: String, // the body of the request
) -> Json<Vec<String>> {
    let mut notes = notes.lock().expect("nobody panics with the lock");
    notes.push(text);
    Json(notes.clone())
}

#[tokio::main]
async fn main() {
    let app = Router::new()
        .route("/api/notes", get(list).post(add))
        .with_state(Notes::default());
    if let Err(problem) = serve::serve(app).await {
        eprintln!("{problem:#}");
        std::process::exit(2);
    }
}
