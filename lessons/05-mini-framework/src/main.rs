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

use std::process::ExitCode;
use std::sync::Arc;

use lesson_05::framework::{App, Html, Query};
use lesson_05::serve::run;

// One thread for all clients, as in lesson 03. Without the parentheses: one for each core.
#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let app = Arc::new(app());
    run(move |request| {
        let app = Arc::clone(&app);
        async move { app.answer(request).await }
    })
    .await
}

// ANCHOR: app
fn app() -> App {
    App::new().get("/", index).get("/hello", hello)
}

async fn index() -> Html<&'static str> {
    Html(INDEX)
}

async fn hello(Query(params): Query) -> Html<String> {
    let name = params.get("name").unwrap_or("World".into());
    Html(format!(
        "<h1>Hello, {}!</h1>",
        html_escape::encode_text(&name)
    ))
}
// ANCHOR_END: app

const INDEX: &str = r#"<!doctype html>
<html lang="en">
<form action="/hello" method="GET">
<input name="name" type="text" placeholder="name" aria-label="name">
<input type="submit">
</form>
"#;
