//! # 01 · raw-interface
//!
//! The application behind our own gateway.
//!
//! Run it with `cargo run -p lesson-01`, then open <http://127.0.0.1:8000/>.
//!
//! | request | answer |
//! |---|---|
//! | any method, any path | `Hello, World!` |

#![forbid(unsafe_code)]

use std::process::ExitCode;

use lesson_01::{application::application, gateway};

// ANCHOR: main
fn main() -> ExitCode {
    match gateway::bind() {
        Ok(listener) => gateway::serve(listener, application),
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::from(2)
        }
    }
}
// ANCHOR_END: main
