//! The planted flaw: the greeting of this lesson without the escaping. Whoever writes the
//! link writes a piece of the page, and the browser runs it. Never serve this to anybody.
//!
//! Run it with `cargo run -p lesson-02 --example unescaped`, then open
//! <http://127.0.0.1:8000/hello?name=%3Cscript%3Ealert(1)%3C/script%3E>.

#![forbid(unsafe_code)]

use std::process::ExitCode;

use lesson_02::application::{Request, Response, application};
use lesson_02::gateway;
use lesson_02::query::Query;

fn main() -> ExitCode {
    match gateway::bind() {
        Ok(listener) => gateway::serve(listener, careless),
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::from(2)
        }
    }
}

// ANCHOR: careless
/// The application, but for `/hello`, where the name goes into the page as it came.
// ANCHOR: flaw
fn careless(request: &Request) -> Response {
    let mut response = application(request);
    if response.status == 200
        && let Some(query) = request.target.strip_prefix("/hello?")
        && let Ok(query) = Query::parse(query)
        && let Some(name) = query.get("name")
    {
        response.body = format!("<h1>Hello, {name}!</h1>").into();
    }
    response
}
// ANCHOR_END: flaw
// ANCHOR_END: careless
