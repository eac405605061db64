//! The handlers of `extractors`, on axum.
//!
//! Run it: `cargo run -p lesson-05 --example extractors_on_axum`

#![forbid(unsafe_code)]

use std::error::Error;

use axum::Router;
use axum::extract::{Form, Query};
use axum::http::StatusCode;
use axum::response::Html;
use axum::routing::{get, post};
use tokio::net::TcpListener;

type Params = Vec<(String, String)>;

fn app() -> Router {
    Router::new()
        .route("/", get(index))
        .route("/hello", get(hello))
        .route("/teapot", get(teapot))
        .route("/square", get(square))
        .route("/letter", get(read_letter).post(send_letter))
        .route("/shout", post(shout))
        .route("/nothing", post(nothing))
}

async fn index() -> &'static str {
    "index"
}

async fn hello(Query(params): Query<Params>) -> Html<String> {
    let name = first(&params, "name").unwrap_or("World");
    Html(format!(
        "<h1>Hello, {}!</h1>",
        html_escape::encode_text(name)
    ))
}

async fn teapot() -> (StatusCode, &'static str) {
    (StatusCode::IM_A_TEAPOT, "short and stout")
}

async fn square(Query(params): Query<Params>) -> Result<String, (StatusCode, Html<&'static str>)> {
    let reason = Html("<h1>400</h1>\n<p>n must be a number.</p>");
    let number: i64 = first(&params, "n")
        .and_then(|n| n.parse().ok())
        .ok_or((StatusCode::BAD_REQUEST, reason))?;
    Ok(number.wrapping_mul(number).to_string())
}

async fn read_letter() -> &'static str {
    "Dear Ada,"
}

async fn send_letter(Form(fields): Form<Params>) -> String {
    format!("Sent to {}.", first(&fields, "to").unwrap_or("nobody"))
}

async fn shout(Query(params): Query<Params>, body: String) -> String {
    let times = first(&params, "times").and_then(|times| times.parse().ok());
    body.to_uppercase().repeat(times.unwrap_or(1).min(10))
}

async fn nothing() -> StatusCode {
    StatusCode::NO_CONTENT
}

fn first<'a>(params: &'a Params, name: &str) -> Option<&'a str> {
    let found = params
        .iter()
        .find(|(key, value)| key == name && !value.is_empty());
    found.map(|(_, value)| value.as_str())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let port = std::env::var("PORT").unwrap_or("8000".into());
    let listener = TcpListener::bind(format!("127.0.0.1:{port}")).await?;
    println!("Listening on http://{}", listener.local_addr()?);
    axum::serve(listener, app()).await?;
    Ok(())
}
