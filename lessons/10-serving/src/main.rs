//! Lesson 10: what stands between the app and the world?
//!
//! Serves a folder, as `python -m http.server` does, behind what a server on the open internet
//! needs: limits, time-outs, TLS, and a stop that loses nothing.
//!
//! ```sh
//! cargo run -p lesson-10 -- FOLDER
//! ```
//!
//! | method    | path             | answer                                                      |
//! |-----------|------------------|-------------------------------------------------------------|
//! | GET, HEAD | `/.health`       | 200: this process is alive                                  |
//! | GET, HEAD | `/.ready`        | 200, or 503 once it is about to stop                        |
//! | GET, HEAD | path of a file   | the file, or a range of it, or 304                          |
//! | GET, HEAD | path of a folder | its `index.html`, or a list of what is in it                |
//! | other     | any path         | 405 with `Allow`                                            |
#![forbid(unsafe_code)]

mod app;
mod conditional;
mod connection;
mod error;
mod files;
mod folder;
mod page;
mod path;
mod range;
mod serve;
mod settings;
mod stop;
mod tls;

use clap::Parser;

use crate::settings::Settings;

#[tokio::main]
async fn main() {
    if let Err(problem) = serve::serve(Settings::parse()).await {
        eprintln!("{problem:#}");
        std::process::exit(2);
    }
}
