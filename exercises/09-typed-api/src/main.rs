//! # Exercise 09 · A typed API
//!
//! A tea house keeps its teas. It answers, but it falls short: `cargo course` says how.
//!
//! Run it with `cargo run -p exercise-09`, then open <http://127.0.0.1:8000/teas>.
//!
//! | request | answer |
//! |---|---|
//! | `GET /teas?limit=20` | teas, as JSON |
//! | `POST /teas` | keeps `{"name": …, "kind": …, "price": …}`; 201 |
//! | `GET /teas/{name}` | a tea |
//! | `GET /openapi.json` | what the service takes and gives, for programs |

#![forbid(unsafe_code)]

mod api;
mod error;
mod extract;
mod read;
mod serve;
mod tea;

#[tokio::main]
async fn main() {
    if let Err(problem) = serve::serve(api::app()).await {
        eprintln!("{problem:#}");
        std::process::exit(2);
    }
}
