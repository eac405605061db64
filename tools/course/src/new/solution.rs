//! # Exercise @NN@ · @title@, solved
//!
//! TO WRITE: what it is. This is the starter, with what its tasks ask for and nothing else.
//!
//! Run it with `cargo run -p solution-@NN@`, then open <http://127.0.0.1:8000/>.
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

async fn hello(Path(name): Path<String>) -> String {
    format!("Hello, {name}!\n")
}

#[tokio::main]
async fn main() {
    if let Err(problem) = serve::serve(routes()).await {
        eprintln!("{problem:#}");
        std::process::exit(2);
    }
}
