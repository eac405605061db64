//! Step 6: handlers are async, so a box has to hold futures of all types.
//!
//! Run it: `cargo run -p lesson-05 --example step6_async`

#![forbid(unsafe_code)]

use std::collections::HashMap;
use std::future::ready;
use std::pin::Pin;

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

async fn index() -> Html<&'static str> {
    Html(include_str!("../src/index.html"))
}

async fn hello(Query(params): Query) -> Html<String> {
    let name = params.get("name").unwrap_or("World");
    let name = html_escape::encode_text(name);
    Html(format!(
        "<!doctype html>\n<html lang=\"en\">\n<h1>Hello, {name}!</h1>\n"
    ))
}

/// Two arguments: how often to shout, and what.
async fn shout(Query(params): Query, body: String) -> String {
    let times = params.get("times").and_then(|times| times.parse().ok());
    body.to_uppercase().repeat(times.unwrap_or(1).min(10))
}

#[derive(Default)]
struct App {
    routes: HashMap<&'static str, BoxHandler>,
}

type BoxHandler = Box<dyn Fn(&Request) -> BoxFuture + Send + Sync>;
/// A response that is still to come, of an async function of any type.
type BoxFuture = Pin<Box<dyn Future<Output = Response> + Send>>;

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
            Some(handler) => handler(&request).await,
            None => not_found(),
        }
    }
}

fn not_found() -> Response {
    let page = "<!doctype html>\n<html lang=\"en\">\n<h1>404</h1>\n";
    (StatusCode::NOT_FOUND, Html(page)).into_response()
}

/// An async function that can answer a request. `Args` is the tuple of its argument types.
trait Handler<Args>: Send + Sync + 'static {
    fn call(&self, request: &Request) -> BoxFuture;
}

macro_rules! impl_handler {
    ($($Arg:ident),*) => {
        impl<F, Fut, R, $($Arg),*> Handler<($($Arg,)*)> for F
        where
            F: Fn($($Arg),*) -> Fut + Send + Sync + 'static,
            Fut: Future<Output = R> + Send + 'static,
            R: IntoResponse,
            $($Arg: FromRequest,)*
        {
            #[allow(non_snake_case, unused_variables)] // the types' names serve as variables
            fn call(&self, request: &Request) -> BoxFuture {
                $(
                    let $Arg = match $Arg::from_request(request) {
                        Ok(argument) => argument,
                        Err(refusal) => return Box::pin(ready(refusal.into_response())),
                    };
                )*
                let future = self($($Arg),*);
                Box::pin(async { future.await.into_response() })
            }
        }
    };
}

impl_handler!();
impl_handler!(A);
impl_handler!(A, B);
impl_handler!(A, B, C);
impl_handler!(A, B, C, D);
