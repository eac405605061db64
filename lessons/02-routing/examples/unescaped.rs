//! The planted flaw: the application of this lesson, the very file, with another function under the
//! name `escape`. Never serve this to anybody.
//!
//! Run it with `cargo run -p lesson-02 --example unescaped`, then open
//! <http://127.0.0.1:8000/hello?name=%3Cscript%3Ealert(1)%3C/script%3E>.

#![forbid(unsafe_code)]

use lesson_02::{Request, Response, gateway};

#[path = "../src/application.rs"]
mod application;

/// The guilty line: the name goes into the page as it came.
fn escape(name: &str) -> &str {
    name
}

fn main() {
    if let Err(problem) = gateway::serve(application::application) {
        eprintln!("{problem:#}");
        std::process::exit(2);
    }
}
