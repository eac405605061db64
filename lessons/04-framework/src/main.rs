//! # 04 · framework
//!
//! The app of lesson 02 on axum; and below `/tour`, what a program may ask a request for, and
//! what it may answer.
//!
//! Run it with `cargo run -p lesson-04`, then open <http://127.0.0.1:8000/>.
//!
//! | request | answer |
//! |---|---|
//! | `GET /` | a form that asks for a name |
//! | `GET /hello?name=Ada` | a greeting |
//! | `/tour`, and what it links to | the tour: `tour.rs` lists its routes |
//! | another method there | 405, and `Allow` with the methods that there are |
//! | any other path | 404 |

#![forbid(unsafe_code)]

mod error;
mod serve;
mod tour;

use axum::Router;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse};
use axum::routing::get;
use html_escape::encode_text;

fn app() -> Router {
    Router::new()
        .route("/", get(index))
        .route("/hello", get(hello))
        .merge(tour::routes())
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
}

async fn index() -> Html<&'static str> {
    Html(include_str!("../templates/index.html"))
}

async fn hello(Query(parameters): Query<Vec<(String, String)>>) -> Html<String> {
    let name = parameters.iter().find(|(key, _)| key == "name");
    let name = name.map_or("World", |(_, value)| value);
    html(&format!("<h1>Hello, {}!</h1>", encode_text(name)))
}

async fn not_found() -> impl IntoResponse {
    (StatusCode::NOT_FOUND, html("<h1>404</h1>"))
}

/// For a path that has a route, and a method that the route does not have. axum adds `Allow`.
async fn method_not_allowed() -> impl IntoResponse {
    let page = html("<h1>405</h1>\n<p>See the header Allow.</p>");
    (StatusCode::METHOD_NOT_ALLOWED, page)
}

fn html(content: &str) -> Html<String> {
    let page = format!("<!doctype html>\n<html lang=\"en\">\n{content}\n");
    Html(page)
}

#[tokio::main]
async fn main() {
    if let Err(problem) = serve::serve(app()).await {
        eprintln!("{problem:#}");
        std::process::exit(2);
    }
}
