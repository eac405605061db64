//! Lesson 05: the app of lesson 02, on a framework from scratch.
//!
//! Run it: `cargo run -p lesson-05`
//!
//! | method and path | answer |
//! |---|---|
//! | GET / | a form |
//! | GET /hello?name=Ada | a greeting |
//! | any other path | 404 |
//! | any other method | 405, with Allow |

#![forbid(unsafe_code)]

use lesson_05::{App, Html, Query, serve};

fn app() -> App {
    App::new().get("/", index).get("/hello", hello)
}

async fn index() -> Html<&'static str> {
    Html(include_str!("index.html"))
}

async fn hello(Query(params): Query) -> Html<String> {
    let name = params.get("name").unwrap_or("World");
    let name = html_escape::encode_text(name);
    Html(format!(
        "<!doctype html>\n<html lang=\"en\">\n<h1>Hello, {name}!</h1>\n"
    ))
}

#[tokio::main]
async fn main() {
    if let Err(problem) = serve(app()).await {
        eprintln!("{problem:#}");
        std::process::exit(2);
    }
}
