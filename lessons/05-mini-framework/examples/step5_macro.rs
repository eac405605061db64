//! Step 5: a macro writes the implementations for none to four arguments.
//!
//! Run it: `cargo run -p lesson-05 --example step5_macro`

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
    App::default()
        .route("/", index)
        .route("/hello", hello)
        .route("/shout", shout)
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

/// Two arguments: the body, and how often to shout it.
fn shout(Query(params): Query, body: String) -> String {
    let times = params.get("times").and_then(|times| times.parse().ok());
    body.to_uppercase().repeat(times.unwrap_or(1).min(10))
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
