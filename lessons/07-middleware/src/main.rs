//! Lesson 07: what do we want on every request?
//!
//! A small site inside a stack of middlewares, all written by hand.
//!
//! ```sh
//! cargo run -p lesson-07
//! ```
//!
//! | method | path               | answer                                                     |
//! |--------|--------------------|------------------------------------------------------------|
//! | any    | `/`                | one line of text                                           |
//! | any    | `/hello?name=Ada`  | a greeting                                                 |
//! | any    | `/seen`            | the request as the page sees it, as JSON                   |
//! | any    | `/boom`            | nothing: this page panics                                  |
//! | GET    | `/visits/`         | when you were here last; a layer sets it                   |
//! | GET    | `/visits-in-view/` | the same; the page sets it                                 |
//! | GET    | `/messages/`       | what the last POST had to say, shown once                  |
//! | POST   | `/messages/`       | keeps `text` for the next page, and redirects to it        |
//! | any    | any other path     | 404                                                        |
//!
//! `LAYERS` names the middlewares, outermost first; `SECRET_KEY` signs the sessions; `TLS=1` says
//! that browsers reach this server by https.
#![forbid(unsafe_code)]

use std::process::ExitCode;

use lesson_07::serve::run;
use lesson_07::service::{router, wrap};
use lesson_07::settings::Settings;
use lesson_07::site::site;
use lesson_07::{log, messages, visits};

// ANCHOR: main
#[tokio::main]
async fn main() -> ExitCode {
    let settings = match Settings::from_environment() {
        Ok(settings) => settings,
        Err(problem) => {
            eprintln!("{problem}");
            return ExitCode::from(2);
        }
    };
    let site = site(vec![
        ("/visits-in-view", visits::set_in_view(&settings)),
        ("/visits", visits::set_by_layer(&settings)),
        ("/messages", messages::messages(&settings)),
    ]);
    let status = run(router(wrap(site, &settings.layers))).await;
    log::finish();
    status
}
// ANCHOR_END: main
