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
type Args = HashMap<String, String>;

/// Every handler is kept as this, whatever the function behind it gives.
type Handler = Box<dyn Fn(&Args) -> Response + Send + Sync>;

#[derive(Default)]
struct App {
    routes: HashMap<&'static str, Handler>,
}

impl App {
    fn route<R: IntoResponse + 'static>(
        mut self,
        path: &'static str,
        handler: fn(&Args) -> R,
    ) -> App {
        // The closure knows the type R; the map does not have to.
        let handler = move |args: &Args| handler(args).into_response();
        self.routes.insert(path, Box::new(handler));
        self
    }

    fn answer(&self, request: &Request) -> Response {
        let Some(handler) = self.routes.get(request.uri().path()) else {
            return Refusal(StatusCode::NOT_FOUND, String::new()).into_response();
        };
        let query = request.uri().query().unwrap_or_default();
        let args: Args = form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .collect();
        handler(&args)
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

fn index(_: &Args) -> Html<&'static str> {
    Html(include_str!("form.html"))
}

fn hello(args: &Args) -> Html<String> {
    let name = args.get("name").map_or("World", String::as_str);
    Html(format!(
        "<h1>Hello, {}!</h1>",
        html_escape::encode_text(name)
    ))
}

fn teapot(_: &Args) -> (StatusCode, &'static str) {
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
