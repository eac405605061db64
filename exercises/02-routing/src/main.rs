//! # Exercise 02 · Routing
//!
//! A tea house with several pages. It answers, but it falls short: `cargo course` says how.
//!
//! Run it with `cargo run -p exercise-02`, then open <http://127.0.0.1:8000/>.
//!
//! | request | answer |
//! |---|---|
//! | `GET /?name=Ada` | a table for Ada, a form, a link to the greeting |
//! | `GET /hello?name=Ada&name=Bob` | a greeting for all |
//! | `POST /order` | an order is taken |
//! | `GET /cups`, `PUT /cups` | the cups, one more |

#![forbid(unsafe_code)]

mod application;
mod gateway;

fn main() {
    if let Err(problem) = gateway::serve(application::application) {
        eprintln!("{problem:#}");
        std::process::exit(2);
    }
}
