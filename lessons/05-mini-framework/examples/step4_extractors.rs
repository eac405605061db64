//! Step 4: a handler's arguments say what it wants from the request.
//!
//! Run it: `cargo run -p lesson-05 --example step4_extractors`

#![forbid(unsafe_code)]

use std::collections::HashMap;
use std::process::ExitCode;
use std::sync::Arc;

use hyper::StatusCode;
use lesson_05::framework::{FromRequest, Html, IntoResponse, Query, Refusal, Request, Response};
use lesson_05::serve::run;

// ANCHOR: handler
/// A function that can answer a request. `Args` is the tuple of its argument types.
trait Handler<Args>: Send + Sync + 'static {
    fn call(&self, request: &Request) -> Response;
}

/// No argument.
impl<F, R> Handler<()> for F
where
    F: Fn() -> R + Send + Sync + 'static,
    R: IntoResponse,
{
    fn call(&self, _: &Request) -> Response {
        self().into_response()
    }
}

/// One argument, of any type that can be made from a request.
// ANCHOR: one_argument
impl<F, R, A> Handler<(A,)> for F
where
    F: Fn(A) -> R + Send + Sync + 'static,
    R: IntoResponse,
    A: FromRequest,
{
    fn call(&self, request: &Request) -> Response {
        match A::from_request(request) {
            Ok(argument) => self(argument).into_response(),
            Err(refusal) => refusal.into_response(),
        }
    }
}
// ANCHOR_END: one_argument
// ANCHOR_END: handler

type BoxedHandler = Box<dyn Fn(&Request) -> Response + Send + Sync>;

#[derive(Default)]
struct App {
    routes: HashMap<&'static str, BoxedHandler>,
}

impl App {
    fn route<Args>(mut self, path: &'static str, handler: impl Handler<Args>) -> App {
        let boxed = move |request: &Request| handler.call(request);
        self.routes.insert(path, Box::new(boxed));
        self
    }

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

fn hello(Query(params): Query) -> Html<String> {
    let name = params.get("name").unwrap_or("World".into());
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
