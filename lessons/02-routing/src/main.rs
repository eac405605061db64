//! # 02 · routing
//!
//! A form, and a greeting for the name that was put in.
//!
//! Run it with `cargo run -p lesson-02`, then open <http://127.0.0.1:8000/>.
//!
//! | request | answer |
//! |---|---|
//! | `GET /` | a form that asks for a name |
//! | `GET /hello?name=Ada` | a greeting |
//! | another method there | 405 |
//! | any other path | 404 |

#![forbid(unsafe_code)]

use std::process::ExitCode;

use lesson_02::{application::application, gateway};

fn main() -> ExitCode {
    match gateway::bind() {
        Ok(listener) => gateway::serve(listener, application),
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::from(2)
        }
    }
}
