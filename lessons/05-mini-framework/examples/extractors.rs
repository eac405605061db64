//! One route for each kind of argument and answer. `extractors_on_axum` has the same
//! handlers on axum, and a test asks both the same things.
//!
//! Run it: `cargo run -p lesson-05 --example extractors`

#![forbid(unsafe_code)]

use hyper::StatusCode;
use lesson_05::{App, Form, Html, Query, Refusal, serve};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let app = App::new()
        .get("/", index)
        .get("/hello", hello)
        .get("/teapot", teapot)
        .get("/square", square)
        .get("/letter", read_letter)
        .post("/letter", send_letter)
        .post("/shout", shout)
        .post("/nothing", nothing);
    serve(app).await
}

async fn index() -> &'static str {
    "index"
}

async fn hello(Query(params): Query) -> Html<String> {
    let name = html_escape::encode_text(params.get("name").unwrap_or("World"));
    Html(format!("<h1>Hello, {name}!</h1>"))
}

/// A status beside a text.
async fn teapot() -> (StatusCode, &'static str) {
    (StatusCode::IM_A_TEAPOT, "short and stout")
}

/// An answer, or a refusal.
async fn square(Query(params): Query) -> Result<String, Refusal> {
    let number = params.get("n").and_then(|n| n.parse().ok());
    let number: i64 = number.ok_or((StatusCode::BAD_REQUEST, "n must be a number."))?;
    Ok(number.wrapping_mul(number).to_string())
}

/// Two methods on one path.
async fn read_letter() -> &'static str {
    "Dear Ada,"
}

async fn send_letter(Form(fields): Form) -> String {
    format!("Sent to {}.", fields.get("to").unwrap_or("nobody"))
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
