//! Step 2: a handler gives anything that can become a response.
//!
//! Run it: `cargo run -p lesson-05 --example step2_responses`

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

/// Every page is kept as this, whatever the function behind it gives.
type Page = Box<dyn Fn(&Params) -> Response + Send + Sync>;

#[derive(Default)]
struct App {
    routes: HashMap<&'static str, Page>,
}

impl App {
    fn route<R: IntoResponse + 'static>(
        mut self,
        path: &'static str,
        handler: fn(&Params) -> R,
    ) -> App {
        // ANCHOR: erase
        // The closure knows the type R; the map does not have to.
        let handler = move |params: &Params| handler(params).into_response();
        self.routes.insert(path, Box::new(handler));
        self
        // ANCHOR_END: erase
    }

    fn answer(&self, request: &Request) -> Response {
        let Some(handler) = self.routes.get(request.uri().path()) else {
            return Refusal(StatusCode::NOT_FOUND, String::new()).into_response();
        };
        let query = request.uri().query().unwrap_or_default();
        let params: Params = form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .collect();
        handler(&params)
    }
}
// ANCHOR_END: framework

// ANCHOR: app
fn app() -> App {
    App::default()
        .route("/", index)
        .route("/hello", hello)
        .route("/teapot", teapot)
}

fn index(_: &Params) -> Html<&'static str> {
    Html(include_str!("form.html"))
}

fn hello(params: &Params) -> Html<String> {
    let name = params.get("name").map_or("World", String::as_str);
    Html(format!(
        "<h1>Hello, {}!</h1>",
        html_escape::encode_text(name)
    ))
}

fn teapot(_: &Params) -> (StatusCode, &'static str) {
    (StatusCode::IM_A_TEAPOT, "short and stout")
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
