//! # @NN@ · @title@
//!
//! TO WRITE: what this server is, in a sentence.
//!
//! Run it with `cargo run -p lesson-@NN@`, then open <http://127.0.0.1:8000/>.
//!
//! | request | answer |
//! |---|---|
//! | `GET /` | a line of text |
//! | another method there | 405, and `Allow` with the methods that there are |
//! | any other path | 404 |

#![forbid(unsafe_code)]

mod serve;

use axum::Router;
use axum::http::{Method, StatusCode, Uri};
use axum::routing::get;

fn routes() -> Router {
    Router::new()
        .route("/", get(index))
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
}

/// GET /
async fn index() -> &'static str {
    "Lesson @NN@ answers.\n"
}

async fn not_found(uri: Uri) -> (StatusCode, String) {
    let reason = format!("There is nothing at {}.\n", uri.path());
    (StatusCode::NOT_FOUND, reason)
}

/// For a path that is there, and a method that its route does not have. axum adds `Allow`.
async fn method_not_allowed(method: Method, uri: Uri) -> (StatusCode, String) {
    let reason = format!("{} does not answer {method}.\n", uri.path());
    (StatusCode::METHOD_NOT_ALLOWED, reason)
}

#[tokio::main]
async fn main() {
    if let Err(problem) = serve::serve(routes()).await {
        eprintln!("{problem:#}");
        std::process::exit(2);
    }
}
