//! Step 5: a macro writes the implementations for none to four arguments.
//!
//! Run it: `cargo run -p lesson-05 --example step5_macro`

#![forbid(unsafe_code)]

use std::collections::HashMap;

use hyper::StatusCode;
use lesson_05::{Application, FromRequest, Html, IntoResponse, Query, Request, Response, serve};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let app = App::default()
        .route("/", index)
        .route("/hello", hello)
        .route("/shout", shout);
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

/// Two arguments: how often to shout, and what.
fn shout(Query(params): Query, body: String) -> String {
    let times = params.get("times").and_then(|times| times.parse().ok());
    body.to_uppercase().repeat(times.unwrap_or(1).min(10))
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

macro_rules! impl_handler {
    ($($Arg:ident),*) => {
        impl<F, R, $($Arg),*> Handler<($($Arg,)*)> for F
        where
            F: Fn($($Arg),*) -> R + Send + Sync + 'static,
            R: IntoResponse,
            $($Arg: FromRequest,)*
        {
            #[allow(non_snake_case, unused_variables)] // the types' names serve as variables
            // ANCHOR: each_argument
            fn call(&self, request: &Request) -> Response {
                $(
                    let $Arg = match $Arg::from_request(request) {
                        Ok(argument) => argument,
                        Err(refusal) => return refusal.into_response(),
                    };
                )*
                self($($Arg),*).into_response()
            }
            // ANCHOR_END: each_argument
        }
    };
}

impl_handler!();
impl_handler!(A);
impl_handler!(A, B);
impl_handler!(A, B, C);
impl_handler!(A, B, C, D);
