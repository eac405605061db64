//! Lesson 06: a page, an API, and state.
//!
//! Notes on coloured paper. A page shows them and adds one, with JavaScript or without; programs
//! do the same by JSON. The notes live in memory and end with the server.
//!
//! ```sh
//! cargo run -p lesson-06
//! ```
//!
//! | method | path               | answer                                               |
//! |--------|--------------------|------------------------------------------------------|
//! | GET    | `/`                | the page: all notes, and a form for one more         |
//! | POST   | `/notes`           | keeps the note of a plain form; 303 back to the page |
//! | GET    | `/api/notes`       | all notes, as JSON                                   |
//! | POST   | `/api/notes`       | keeps `{"text": "…"}`; 201 with all notes            |
//! | GET    | `/static/notes.css`, `/static/notes.js` | what the page looks like, and what it does |
//! | OPTIONS | a path above      | no body, and `Allow` with the path's methods         |
//! | other  | a path above       | 405 with `Allow`                                     |
//! | any    | any other path     | 404                                                  |
//!
//! Errors are JSON, with a reason and, where there is one, the place in the body.
#![forbid(unsafe_code)]

mod api;
mod error;
mod notes;
mod page;

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use std::{env, io};

use axum::Router;
use axum::body::HttpBody;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::{Method, StatusCode, Uri};
use axum::middleware::{Next, from_fn, map_request};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use minijinja::Environment;
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::time::{sleep, timeout};

use crate::error::AppError;
use crate::notes::Notes;

/// The largest body that is read, in bytes: 2 MiB.
const MAX_BODY: usize = 2 * 1024 * 1024;
/// How long a request may take, and how long a stopping server waits for the last one.
const PATIENCE: Duration = Duration::from_secs(10);

/// What all requests share. axum gives each handler its own `Arc`, so there is one `App`.
pub struct App {
    notes: Notes,
    pages: Environment<'static>,
}

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

/// Answers until Ctrl-C, then ends what has begun.
async fn serve(listener: TcpListener) -> io::Result<()> {
    // `decode` has to run before the router chooses a route: lesson 04 says why it stands here.
    let app = Router::new()
        .fallback_service(routes())
        .layer(map_request(decode));

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

// ANCHOR: routes
fn routes() -> Router {
    // ANCHOR: state
    let app = App {
        notes: Notes::default(),
        pages: page::templates(page::TEMPLATES),
    };
    Router::new()
        .route("/", get(page::index))
        .route("/notes", post(page::add))
        .route("/api/notes", get(api::list).post(api::add))
        .route("/static/notes.css", get(page::style))
        .route("/static/notes.js", get(page::script))
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(from_fn(limits))
        .with_state(Arc::new(app))
    // ANCHOR_END: state
}
// ANCHOR_END: routes

async fn not_found(uri: Uri) -> AppError {
    AppError::new(
        StatusCode::NOT_FOUND,
        format!("There is nothing at {}.", uri.path()),
    )
}

/// For a path that is known, and a method that its route does not have. axum adds `Allow`.
async fn method_not_allowed(method: Method, uri: Uri) -> Response {
    // "Which methods do you have?": the answer is the header.
    if method == Method::OPTIONS {
        return Html("").into_response();
    }
    let reason = format!(
        "{} does not answer {method}: see the Allow header.",
        uri.path()
    );
    AppError::new(StatusCode::METHOD_NOT_ALLOWED, reason).into_response()
}

/// Refuses what says itself that it is too large, and gives up on a client that does not come to
/// an end.
async fn limits(request: Request, next: Next) -> Result<Response, AppError> {
    if request.body().size_hint().lower() > MAX_BODY as u64 {
        return Err(AppError::too_large());
    }
    let answer = timeout(PATIENCE, next.run(request)).await;
    answer.map_err(|_| {
        let reason = format!("The request took more than {} seconds.", PATIENCE.as_secs());
        AppError::new(StatusCode::REQUEST_TIMEOUT, reason)
    })
}

/// What may not stand in a path as it is, and gets its `%` again.
const ESCAPED: &AsciiSet = &CONTROLS.add(b' ').add(b'%').add(b'?').add(b'#');

/// Hands the request on with its path decoded, so that `/api/n%6Ftes` is `/api/notes`. A path
/// that is no text is left as it is: there is nothing at it.
async fn decode(mut request: Request) -> Request {
    let uri = request.uri();
    let Ok(path) = percent_decode_str(uri.path()).decode_utf8() else {
        return request;
    };
    let path = utf8_percent_encode(&path, ESCAPED).to_string();
    let query = uri
        .query()
        .map_or(String::new(), |query| format!("?{query}"));
    // A character that may not stand in a path, such as a backtick, stays as it was sent.
    let Ok(decoded) = format!("{path}{query}").parse() else {
        return request;
    };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(decoded);
    if let Ok(uri) = Uri::from_parts(parts) {
        *request.uri_mut() = uri;
    }
    request
}
