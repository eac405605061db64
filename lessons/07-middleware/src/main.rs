//! Lesson 07: what do we want on every request?
//!
//! A small site inside a stack of middlewares, all written by hand.
//!
//! ```sh
//! cargo run -p lesson-07
//! ```
//!
//! | method | path               | answer                                              |
//! |--------|--------------------|-----------------------------------------------------|
//! | any    | `/`                | one line of text                                    |
//! | any    | `/hello?name=Ada`  | a greeting                                          |
//! | any    | `/seen`            | the request as the page sees it, as JSON            |
//! | any    | `/boom`            | nothing: this page panics                           |
//! | GET    | `/visits/`         | when you were here last; a layer sets it            |
//! | GET    | `/visits-in-view/` | the same; the page sets it                          |
//! | GET    | `/messages/`       | what the last POST had to say, shown once           |
//! | POST   | `/messages/`       | keeps `text` for the next page, and redirects to it |
//! | any    | any other path     | 404                                                 |
//!
//! `LAYERS` names the middlewares, outermost first; `SECRET_KEY` signs the sessions.

#![forbid(unsafe_code)]

use lesson_07::{app, log, serve::serve};

#[tokio::main]
async fn main() {
    log::start();
    let served = async { serve(app()?).await };
    if let Err(problem) = served.await {
        eprintln!("{problem:#}");
        std::process::exit(2);
    }
}
