//! Lesson 04: what does a framework take away?
//!
//! The app of lesson 02 once more, on axum. Then, below `/tour`, every part of a request that
//! a program may ask for and every kind of response that it may give.
//!
//! ```sh
//! cargo run -p lesson-04
//! ```
//!
//! | method  | path             | answer                                        |
//! |---------|------------------|-----------------------------------------------|
//! | GET     | `/`              | a form that asks for a name                   |
//! | GET     | `/hello?name=Ada`| a greeting                                    |
//! | any     | `/tour`, `/tour/…` | the tour: the list is in `tour/urls.rs`     |
//! | OPTIONS | a path above     | no body, and `Allow` with the path's methods  |
//! | other   | a path above     | 405 with `Allow`                              |
//! | any     | any other path   | 404                                           |
#![forbid(unsafe_code)]

mod decode;
mod error;
mod tour;

use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;
use std::{env, io};

use axum::Router;
use axum::extract::Query;
use axum::http::{Method, StatusCode};
use axum::middleware::map_request;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use html_escape::encode_text;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::time::{sleep, timeout};

/// How long a request of the tour may take, and how long a stopping server waits for the last one.
const PATIENCE: Duration = Duration::from_secs(10);

#[tokio::main]
async fn main() -> ExitCode {
    let listener = match bind().await {
        Ok(listener) => listener,
        Err(problem) => {
            eprintln!("{problem}");
            return ExitCode::from(2);
        }
    };
    match serve(listener).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("The server stopped: {error}.");
            ExitCode::FAILURE
        }
    }
}

/// Opens the port in `PORT` (default 8000; 0 lets the system choose) on this machine only.
async fn bind() -> Result<TcpListener, String> {
    let port = env::var_os("PORT").unwrap_or("8000".into());
    let port = port.to_string_lossy();
    let number: u16 = port
        .parse()
        .map_err(|_| format!("PORT must be a number from 0 to 65535, not {port:?}."))?;
    TcpListener::bind(("127.0.0.1", number)).await.map_err(|error| {
        format!("Cannot listen on port {number}: {error}. Stop the other server, or set PORT to another number.")
    })
}

// ANCHOR: serve
/// Answers until Ctrl-C, then ends what has begun.
async fn serve(listener: TcpListener) -> io::Result<()> {
    // A layer of a router runs after that router has chosen a route. `decode` has to run
    // before, so the routes stand inside a second router that has no routes of its own.
    // ANCHOR: decode_first
    let app = Router::new()
        .fallback_service(routes())
        .layer(map_request(decode::decode));
    // ANCHOR_END: decode_first
    // The other end's address is handed on to the handlers: the tour shows it.
    let app = app.into_make_service_with_connect_info::<SocketAddr>();

    // Ctrl-C is caught from the first time on that somebody waits for it. So we wait for no time
    // at all, before the line that says that this server can be used.
    let mut ctrl_c = Box::pin(tokio::signal::ctrl_c());
    if let Ok(pressed) = timeout(Duration::ZERO, &mut ctrl_c).await {
        return pressed;
    }
    println!("Listening on http://{}", listener.local_addr()?);

    let (stopping, stopped) = oneshot::channel();
    let served = axum::serve(listener, app).with_graceful_shutdown(async {
        let _ = ctrl_c.await;
        let _ = stopping.send(());
    });
    // A client that never ends the head of its request would hold a stopping server for ever.
    let given_up = async {
        let _ = stopped.await;
        sleep(PATIENCE).await;
    };
    tokio::select! {
        result = served => result,
        () = given_up => Ok(()),
    }
}
// ANCHOR_END: serve

// ANCHOR: routes
fn routes() -> Router {
    Router::new()
        .route("/", get(index))
        .route("/hello", get(hello))
        .merge(tour::routes())
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
}
// ANCHOR_END: routes

async fn index() -> Html<&'static str> {
    Html(include_str!("../templates/index.html"))
}

// ANCHOR: hello
async fn hello(Query(parameters): Query<Vec<(String, String)>>) -> Html<String> {
    let mut names = parameters.iter().filter(|(key, _)| key == "name");
    let name = names.next().map_or("World", |(_, value)| value);
    Html(format!("<h1>Hello, {}!</h1>", encode_text(name)))
}
// ANCHOR_END: hello

async fn not_found() -> impl IntoResponse {
    (StatusCode::NOT_FOUND, Html("<h1>404</h1>"))
}

// ANCHOR: method_not_allowed
/// For a path that is known, and a method that its route does not have. axum adds `Allow`.
async fn method_not_allowed(method: Method) -> Response {
    // "Which methods do you have?": the answer is the header.
    if method == Method::OPTIONS {
        return Html("").into_response();
    }
    let page = Html("<h1>405</h1>\n<p>This page answers GET and HEAD only.</p>");
    (StatusCode::METHOD_NOT_ALLOWED, page).into_response()
}
// ANCHOR_END: method_not_allowed
