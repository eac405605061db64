//! # Solution 06 · Notes, a page and an API
//!
//! The board of a tea house, where orders hang. `WHY.md`, beside this folder, says why it is so.
//!
//! Run it with `cargo run -p solution-06`, then open <http://127.0.0.1:8000/>.
//!
//! | request | answer |
//! |---|---|
//! | `GET /orders` | the orders on the board, as JSON |
//! | `POST /orders` | hangs up `{"text": "…"}`; 201 |
//! | `GET /orders/{id}` | an order |
//! | `PUT /orders/{id}` | changes its text, if `If-Match` names its version |
//! | `DELETE /orders/{id}` | takes it off the board |
//! | `GET /` | the board as a page, with a form for each order |
//! | `POST /orders/{id}` | what such a form sends; 303 back to the page |

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
