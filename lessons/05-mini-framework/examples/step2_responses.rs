//! Step 2: a handler returns anything that can become a response.
//!
//! Run it: `cargo run -p lesson-05 --example step2_responses`

#![forbid(unsafe_code)]

use std::collections::HashMap;

use hyper::StatusCode;
use lesson_05::{Application, Html, IntoResponse, Params, Request, Response, serve};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let app = App::default()
        .route("/", index)
        .route("/hello", hello)
        .route("/teapot", teapot);
    serve(app).await
}

fn index(_: &Params) -> Html<&'static str> {
    Html(include_str!("../src/index.html"))
}

fn hello(params: &Params) -> Html<String> {
    let name = params.get("name").unwrap_or("World");
    let name = html_escape::encode_text(name);
    Html(format!(
        "<!doctype html>\n<html lang=\"en\">\n<h1>Hello, {name}!</h1>\n"
    ))
}

fn teapot(_: &Params) -> (StatusCode, &'static str) {
    (StatusCode::IM_A_TEAPOT, "short and stout")
}

#[derive(Default)]
struct App {
    routes: HashMap<&'static str, BoxHandler>,
}

/// A handler of any type, in a box that says only what goes in and what comes out.
type BoxHandler = Box<dyn Fn(&Params) -> Response + Send + Sync>;

impl App {
    fn route<R>(mut self, path: &'static str, page: fn(&Params) -> R) -> App
    where
        R: IntoResponse + 'static,
    {
        // The closure knows the type R; the map does not have to.
        let handler = move |params: &Params| page(params).into_response();
        self.routes.insert(path, Box::new(handler));
        self
    }
}

impl Application for App {
    async fn answer(&self, request: Request) -> Response {
        let query = request.uri().query().unwrap_or_default();
        let params = Params::parse(query.as_bytes());
        match self.routes.get(request.uri().path()) {
            Some(handler) => handler(&params),
            None => not_found(),
        }
    }
}

fn not_found() -> Response {
    let page = "<!doctype html>\n<html lang=\"en\">\n<h1>404</h1>\n";
    (StatusCode::NOT_FOUND, Html(page)).into_response()
}
