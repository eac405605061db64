//! Step 4: the type of an argument says what the handler wants from the request.
//!
//! Run it: `cargo run -p lesson-05 --example step4_extractors`

#![forbid(unsafe_code)]

use std::collections::HashMap;

use hyper::StatusCode;
use lesson_05::{Application, FromRequest, Html, IntoResponse, Query, Request, Response, serve};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let app = App::default().route("/", index).route("/hello", hello);
    serve(app).await
}

fn index() -> Html<&'static str> {
    Html(include_str!("../src/index.html"))
}

fn hello(Query(params): Query) -> Html<String> {
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
