//! Step 1: a framework is a map from a path to a function.
//!
//! Run it: `cargo run -p lesson-05 --example step1_map`

#![forbid(unsafe_code)]

use std::collections::HashMap;
use std::process::ExitCode;
use std::sync::Arc;

use hyper::StatusCode;
use lesson_05::framework::{Html, IntoResponse, Refusal, Request, Response};
use lesson_05::serve::run;

// ANCHOR: framework
/// The parameters of the query.
type Params = HashMap<String, String>;

// ANCHOR: map
/// A page: a function from the parameters to HTML.
type Page = fn(&Params) -> String;

#[derive(Default)]
struct App {
    routes: HashMap<&'static str, Page>,
}
// ANCHOR_END: map

impl App {
    fn route(mut self, path: &'static str, page: Page) -> App {
        self.routes.insert(path, page);
        self
    }

    fn answer(&self, request: &Request) -> Response {
        let Some(handler) = self.routes.get(request.uri().path()) else {
            return Refusal(StatusCode::NOT_FOUND, String::new()).into_response();
        };
        // ANCHOR: call
        let query = request.uri().query().unwrap_or_default();
        let params: Params = form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .collect();
        Html(handler(&params)).into_response()
        // ANCHOR_END: call
    }
}
// ANCHOR_END: framework

// ANCHOR: app
fn app() -> App {
    App::default().route("/", index).route("/hello", hello)
}

fn index(_: &Params) -> String {
    include_str!("form.html").to_string()
}

fn hello(params: &Params) -> String {
    let name = params.get("name").map_or("World", String::as_str);
    format!("<h1>Hello, {}!</h1>", html_escape::encode_text(name))
}
// ANCHOR_END: app

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let app = Arc::new(app());
    run(move |request: Request| {
        let app = Arc::clone(&app);
        async move { app.answer(&request) }
    })
    .await
}
