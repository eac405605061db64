//! One route for each kind of argument and answer. `extractors_on_axum` has the same
//! handlers on axum, and a test asks both the same things.
//!
//! Run it: `cargo run -p lesson-05 --example extractors`

#![forbid(unsafe_code)]

use std::process::ExitCode;
use std::sync::Arc;

use hyper::StatusCode;
use lesson_05::framework::{App, Form, Html, Query, Refusal};
use lesson_05::serve::run;

fn app() -> App {
    App::new()
        .get("/", index)
        .get("/hello", hello)
        .get("/teapot", teapot)
        .get("/square", square)
        .get("/letter", read_letter)
        .post("/letter", send_letter)
        .post("/shout", shout)
        .post("/nothing", nothing)
}

async fn index() -> &'static str {
    "index"
}

async fn hello(Query(params): Query) -> Html<String> {
    let name = params.get("name").unwrap_or("World".into());
    Html(format!(
        "<h1>Hello, {}!</h1>",
        html_escape::encode_text(&name)
    ))
}

/// A status beside a text.
async fn teapot() -> (StatusCode, &'static str) {
    (StatusCode::IM_A_TEAPOT, "short and stout")
}

/// An answer, or a refusal.
async fn square(Query(params): Query) -> Result<String, Refusal> {
    let number: i64 = params
        .get("n")
        .and_then(|n| n.parse().ok())
        .ok_or_else(|| Refusal(StatusCode::BAD_REQUEST, "n must be a number.".into()))?;
    Ok(number.wrapping_mul(number).to_string())
}

/// Two methods on one path.
async fn read_letter() -> &'static str {
    "Dear Ada,"
}

async fn send_letter(Form(fields): Form) -> String {
    format!("Sent to {}.", fields.get("to").unwrap_or("nobody".into()))
}

/// Two arguments.
async fn shout(Query(params): Query, body: String) -> String {
    let times = params.get("times").and_then(|times| times.parse().ok());
    body.to_uppercase().repeat(times.unwrap_or(1).min(10))
}

/// A status alone.
async fn nothing() -> StatusCode {
    StatusCode::NO_CONTENT
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let app = Arc::new(app());
    run(move |request| {
        let app = Arc::clone(&app);
        async move { app.answer(request).await }
    })
    .await
}
