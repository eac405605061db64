//! Step 3: a handler is a trait, and functions of two shapes implement it.
//!
//! Run it: `cargo run -p lesson-05 --example step3_handler_trait`

#![forbid(unsafe_code)]

use std::collections::HashMap;
use std::process::ExitCode;
use std::sync::Arc;

use hyper::StatusCode;
use lesson_05::framework::{Html, IntoResponse, Refusal, Request, Response};
use lesson_05::serve::run;

// ANCHOR: handler
/// A function that can answer a request. `Args` says which of its shapes is meant.
// ANCHOR: no_argument
trait Handler<Args>: Send + Sync + 'static {
    fn call(&self, request: &Request) -> Response;
}

/// The shape without arguments.
impl<F, R> Handler<()> for F
where
    F: Fn() -> R + Send + Sync + 'static,
    R: IntoResponse,
{
    fn call(&self, _: &Request) -> Response {
        self().into_response()
    }
}
// ANCHOR_END: no_argument

/// The shape that takes the request.
impl<F, R> Handler<(Request,)> for F
where
    F: Fn(&Request) -> R + Send + Sync + 'static,
    R: IntoResponse,
{
    fn call(&self, request: &Request) -> Response {
        self(request).into_response()
    }
}
// ANCHOR_END: handler

type BoxedHandler = Box<dyn Fn(&Request) -> Response + Send + Sync>;

#[derive(Default)]
struct App {
    routes: HashMap<&'static str, BoxedHandler>,
}

impl App {
    // ANCHOR: route
    fn route<Args>(mut self, path: &'static str, handler: impl Handler<Args>) -> App {
        let boxed = move |request: &Request| handler.call(request);
        self.routes.insert(path, Box::new(boxed));
        self
    }
    // ANCHOR_END: route

    fn answer(&self, request: &Request) -> Response {
        match self.routes.get(request.uri().path()) {
            Some(handler) => handler(request),
            None => Refusal(StatusCode::NOT_FOUND, String::new()).into_response(),
        }
    }
}

// ANCHOR: app
fn app() -> App {
    App::default().route("/", index).route("/hello", hello)
}

fn index() -> Html<&'static str> {
    Html(include_str!("form.html"))
}

fn hello(request: &Request) -> Html<String> {
    let query = request.uri().query().unwrap_or_default();
    let mut args = form_urlencoded::parse(query.as_bytes());
    let name = args.find(|(key, _)| key == "name");
    let name = name.map_or("World".into(), |(_, value)| value);
    Html(format!(
        "<h1>Hello, {}!</h1>",
        html_escape::encode_text(&name)
    ))
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
