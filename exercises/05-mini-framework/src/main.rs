//! # Exercise 05 · A framework from scratch
//!
//! A tea house on a framework of our own. It answers, and falls short: `cargo course` says in what.
//!
//! Run it with `cargo run -p exercise-05`, then open <http://127.0.0.1:8000/>.
//!
//! | request | answer |
//! |---|---|
//! | `GET /` | the front page |
//! | `GET /teas/{name}` | a tea |
//! | `GET /teas/today` | the tea of the day |
//! | `GET /order`, `POST /order` | what can be ordered; an order |
//! | `POST /thanks` | thanks are taken |
//! | `GET /cookie?name=table` | the cookie of that name |

#![forbid(unsafe_code)]

mod framework;
mod serve;

use std::process::ExitCode;
use std::sync::Arc;

use framework::{App, Cookies, Form, Html, Query, Refusal, Segment};
use hyper::StatusCode;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let app = Arc::new(app());
    serve::run(move |request| {
        let app = Arc::clone(&app);
        async move { app.answer(request).await }
    })
    .await
}

fn app() -> App {
    App::new()
        .get("/", index)
        .get("/teas/{name}", tea)
        .get("/teas/today", today)
        .get("/order", menu)
        .post("/order", order)
        .post("/thanks", thanks)
        .get("/cookie", cookie)
}

async fn index() -> Html<&'static str> {
    Html("<h1>Tea</h1>\n")
}

async fn tea(Segment(name): Segment) -> Html<String> {
    Html(format!("<h1>{}</h1>", html_escape::encode_text(&name)))
}

async fn today() -> &'static str {
    "The tea of the day is oolong.\n"
}

async fn menu() -> &'static str {
    "Order any tea.\n"
}

async fn order(Form(fields): Form) -> String {
    let tea = fields.get("tea").unwrap_or("water".into());
    format!("One pot of {tea}.\n")
}

async fn thanks(thanks: String) -> String {
    format!("You said: {thanks}\n")
}

/// Two extractors, and the framework knows nothing of this pair.
async fn cookie(cookies: Cookies, Query(params): Query) -> Result<String, Refusal> {
    let name = params.get("name").unwrap_or_default();
    let missing = || Refusal(StatusCode::NOT_FOUND, "There is no such cookie.".into());
    Ok(cookies.get(&name).ok_or_else(missing)?.to_string())
}
