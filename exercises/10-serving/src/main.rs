//! # Exercise 10 · Serving
//!
//! A tea house takes orders. It answers, but it falls short: `cargo course` says how.
//!
//! Run it with `cargo run -p exercise-10`, then open <http://127.0.0.1:8000/>.
//!
//! | request | answer |
//! |---|---|
//! | `GET /` | what there is |
//! | `GET /who` | the address of the client |
//! | `POST /orders` | takes the order in the body |

#![forbid(unsafe_code)]

mod door;
mod house;

#[tokio::main]
async fn main() {
    if let Err(problem) = door::serve().await {
        eprintln!("{problem:#}");
        std::process::exit(2);
    }
}
