//! # Exercise 06 · Notes, a page and an API
//!
//! The board of a tea house, where orders hang. It answers, but it falls short: `cargo course` says how.
//!
//! Run it with `cargo run -p exercise-06`, then open <http://127.0.0.1:8000/orders>.
//!
//! | request | answer |
//! |---|---|
//! | `GET /orders` | the orders on the board, as JSON |
//! | `POST /orders` | hangs up `{"text": "…"}`; 201 |
//! | `GET /orders/{id}` | an order |
//! | `PUT /orders/{id}` | changes its text |

#![forbid(unsafe_code)]

mod board;
mod error;
mod house;
mod serve;

#[tokio::main]
async fn main() {
    if let Err(problem) = serve::serve(house::routes()).await {
        eprintln!("{problem:#}");
        std::process::exit(2);
    }
}
