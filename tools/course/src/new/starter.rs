//! # Exercise @NN@ · @title@
//!
//! TO WRITE: another app than the lesson's, with the lesson's idea left out. It answers, but it falls short:
//! `cargo course` says how.
//!
//! Run it with `cargo run -p exercise-@NN@`, then open <http://127.0.0.1:8000/>.
//!
//! | request | answer |
//! |---|---|
//! | `GET /` | a line of text |
//! | `GET /hello/{name}` | a greeting |

#![forbid(unsafe_code)]

mod serve;

use axum::Router;
use axum::extract::Path;
use axum::routing::get;

fn routes() -> Router {
    Router::new()
        .route("/", get(index))
        .route("/hello/{name}", get(hello))
}

async fn index() -> &'static str {
    "Exercise @NN@ answers.\n"
}

async fn hello(Path(_name): Path<String>) -> String {
    "Hello, World!\n".to_string()
}

#[tokio::main]
async fn main() {
    if let Err(problem) = serve::serve(routes()).await {
        eprintln!("{problem:#}");
        std::process::exit(2);
    }
}
