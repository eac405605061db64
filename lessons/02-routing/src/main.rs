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

use lesson_02::{application::application, gateway};

fn main() {
    if let Err(problem) = gateway::serve(application) {
        eprintln!("{problem:#}");
        std::process::exit(2);
    }
}
