//! Step 1: a framework is a map from a path to a function.
//!
//! Run it: `cargo run -p lesson-05 --example step1_map`

#![forbid(unsafe_code)]

use std::collections::HashMap;

use hyper::StatusCode;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use lesson_05::{Application, Params, Request, Response, serve};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let app = App::default().route("/", index).route("/hello", hello);
    serve(app).await
}

fn index(_: &Params) -> String {
    include_str!("../src/index.html").to_string()
}

fn hello(params: &Params) -> String {
    let name = params.get("name").unwrap_or("World");
    let name = html_escape::encode_text(name);
    format!("<!doctype html>\n<html lang=\"en\">\n<h1>Hello, {name}!</h1>\n")
}

#[derive(Default)]
struct App {
    routes: HashMap<&'static str, Page>,
}

/// A page: a function from the parameters of the query to HTML.
type Page = fn(&Params) -> String;

impl App {
    fn route(mut self, path: &'static str, page: Page) -> App {
        self.routes.insert(path, page);
        self
    }
}

impl Application for App {
    async fn answer(&self, request: Request) -> Response {
        let query = request.uri().query().unwrap_or_default();
        let params = Params::parse(query.as_bytes());
        match self.routes.get(request.uri().path()) {
            Some(page) => html(StatusCode::OK, page(&params)),
            None => html(StatusCode::NOT_FOUND, NOT_FOUND.to_string()),
        }
    }
}

const NOT_FOUND: &str = "<!doctype html>\n<html lang=\"en\">\n<h1>404</h1>\n";

fn html(status: StatusCode, page: String) -> Response {
    let mut response = Response::new(page.into());
    *response.status_mut() = status;
    let content_type = HeaderValue::from_static("text/html; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, content_type);
    response
}
