//! Step 3: a handler is a trait, and functions of two shapes implement it.
//!
//! Run it: `cargo run -p lesson-05 --example step3_handler_trait`

#![forbid(unsafe_code)]

use std::collections::HashMap;

use hyper::StatusCode;
use lesson_05::{Application, Html, IntoResponse, Params, Request, Response, serve};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let app = App::default().route("/", index).route("/hello", hello);
    serve(app).await
}

fn index() -> Html<&'static str> {
    Html(include_str!("../src/index.html"))
}

fn hello(request: &Request) -> Html<String> {
    let query = request.uri().query().unwrap_or_default();
    let params = Params::parse(query.as_bytes());
    let name = params.get("name").unwrap_or("World");
    let name = html_escape::encode_text(name);
    Html(format!(
        "<!doctype html>\n<html lang=\"en\">\n<h1>Hello, {name}!</h1>\n"
    ))
}

#[derive(Default)]
struct App {
    routes: HashMap<&'static str, BoxHandler>,
}

type BoxHandler = Box<dyn Fn(&Request) -> Response + Send + Sync>;

impl App {
    fn route<Args>(mut self, path: &'static str, handler: impl Handler<Args>) -> App {
        let handler = move |request: &Request| handler.call(request);
        self.routes.insert(path, Box::new(handler));
        self
    }
}

impl Application for App {
    async fn answer(&self, request: Request) -> Response {
        match self.routes.get(request.uri().path()) {
            Some(handler) => handler(&request),
            None => not_found(),
        }
    }
}

fn not_found() -> Response {
    let page = "<!doctype html>\n<html lang=\"en\">\n<h1>404</h1>\n";
    (StatusCode::NOT_FOUND, Html(page)).into_response()
}

/// A function that can answer. `Args` says which shape of it is meant.
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
