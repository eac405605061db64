//! Lesson 06: a page, an API, and state.
//!
//! Notes on colored paper. A page shows them and adds one, with JavaScript or without; programs
//! do the same by JSON. The notes live in memory and end with the server.
//!
//! ```sh
//! cargo run -p lesson-06
//! ```
//!
//! | method | path | answer |
//! |---|---|---|
//! | GET | `/` | the page: all notes, and a form for one more |
//! | POST | `/notes` | keeps the note of a plain form; 303 back to the page |
//! | GET | `/api/notes` | all notes as JSON, and their version in `ETag` |
//! | POST | `/api/notes` | keeps `{"text": "…"}`; 201 with all notes. 412 if `If-Match` names another version |
//! | GET | `/static/notes.css`, `/static/notes.js` | how the page looks, and what it does |
//!
//! Errors are JSON, with a reason.

#![forbid(unsafe_code)]

mod error;
mod notes;
mod serve;

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{Html, IntoResponse, Redirect};
use axum::routing::{get, post};
use axum::{Json, Router};
use axum_extra::TypedHeader;
use axum_extra::headers::{ETag, HeaderMapExt, IfMatch};
use axum_extra::response::{Css, JavaScript};
use minijinja::value::Serde;
use minijinja::{Environment, context};
use serde::Deserialize;

use crate::error::{AppError, AppForm, AppJson};
use crate::notes::{Note, Notes, version};

/// What all requests share.
struct App {
    notes: Notes,
    pages: Environment<'static>,
}

fn routes() -> Router {
    let mut pages = Environment::new();
    let page = include_str!("../templates/notes.html");
    // The name ends in `.html`: that is what makes minijinja escape each value.
    let added = pages.add_template("notes.html", page);
    added.expect("the template is well formed");
    let notes = Notes::default();

    let style = Css(include_str!("../static/notes.css"));
    let script = JavaScript(include_str!("../static/notes.js"));
    Router::new()
        .route("/", get(index))
        .route("/notes", post(add_by_form))
        .route("/api/notes", get(list).post(add))
        .route("/static/notes.css", get(style))
        .route("/static/notes.js", get(script))
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .with_state(Arc::new(App { notes, pages }))
}

/// GET /
async fn index(State(app): State<Arc<App>>) -> Result<Html<String>, AppError> {
    let page = app.pages.get_template("notes.html")?;
    let notes = app.notes.all();
    Ok(Html(page.render(context! { notes => Serde(notes) })?))
}

/// What a client sends, in a form or as JSON. Other fields are dropped: the color is ours.
#[derive(Deserialize)]
struct NewNote {
    text: String,
}

/// POST /notes: the form on the page, where no JavaScript runs.
async fn add_by_form(
    State(app): State<Arc<App>>,
    AppForm(new): AppForm<NewNote>, // the fields of the form
) -> Redirect {
    app.notes.add(new.text, IfMatch::any());
    // 303: "now GET this". Reloading the page then adds no second note.
    Redirect::to("/")
}

/// GET /api/notes
async fn list(State(app): State<Arc<App>>) -> impl IntoResponse {
    with_version(app.notes.all())
}

/// POST /api/notes
async fn add(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    AppJson(new): AppJson<NewNote>,
) -> Result<impl IntoResponse, AppError> {
    let seen = headers.typed_get().unwrap_or(IfMatch::any());
    match app.notes.add(new.text, seen) {
        Some(notes) => Ok((StatusCode::CREATED, with_version(notes))),
        None => Err(AppError(
            StatusCode::PRECONDITION_FAILED,
            "The notes have changed since you read them.".into(),
        )),
    }
}

fn with_version(notes: Vec<Note>) -> (TypedHeader<ETag>, Json<Vec<Note>>) {
    (TypedHeader(version(&notes)), Json(notes))
}

async fn not_found(uri: Uri) -> AppError {
    let reason = format!("There is nothing at {}.", uri.path());
    AppError(StatusCode::NOT_FOUND, reason)
}

/// For a path that is there, and a method that its route does not have. axum adds `Allow`.
async fn method_not_allowed(method: Method, uri: Uri) -> AppError {
    let reason = format!("{} does not answer {method}.", uri.path());
    AppError(StatusCode::METHOD_NOT_ALLOWED, reason)
}

#[tokio::main]
async fn main() {
    if let Err(problem) = serve::serve(routes()).await {
        eprintln!("{problem:#}");
        std::process::exit(2);
    }
}
