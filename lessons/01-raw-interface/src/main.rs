//! # 01 · raw-interface
//!
//! An application behind a gateway on tiny_http.
//!
//! Run it with `cargo run -p lesson-01`, then open <http://127.0.0.1:8000/>.
//!
//! | request | answer |
//! |---|---|
//! | any method, any path | `Hello, World!` |

#![forbid(unsafe_code)]

use lesson_01::{application::application, gateway};

fn main() {
    if let Err(problem) = gateway::serve(application) {
        eprintln!("{problem:#}");
        std::process::exit(2);
    }
}
