//! Lesson 10: what stands between the app and the world?
//!
//! Serves a folder, as `python -m http.server` does, behind all that a server on the open internet
//! needs: limits, a graceful stop, TLS, HTTP/2, several processes, a log.
//!
//! ```sh
//! cargo run -p lesson-10 -- FOLDER
//! ```
//!
//! | method    | path             | answer                                                      |
//! |-----------|------------------|-------------------------------------------------------------|
//! | GET, HEAD | `/.health`       | 200: this process is alive                                  |
//! | GET, HEAD | `/.ready`        | 200, or 503 once it is to stop: send requests elsewhere     |
//! | GET, HEAD | path of a file   | the file, or a range of it, or 304                          |
//! | GET, HEAD | path of a folder | its `index.html`, or a list of what is in it                |
//! | other     | any path         | 405 with `Allow`                                            |
//!
//! No file begins with a dot here, so there is room for the first two. `settings.rs` says what can
//! be chosen by the environment.
#![forbid(unsafe_code)]

mod app;
mod body;
mod conditional;
mod connection;
mod error;
mod files;
mod folder;
mod listen;
mod listing;
mod log;
#[cfg(unix)]
mod processes;
mod range;
mod request_path;
mod serve;
mod settings;
mod stop;
mod tls;
mod types;

use std::process::ExitCode;

use crate::folder::Folder;
use crate::serve::{Server, serve};
use crate::settings::Settings;
use crate::stop::Stop;

// ANCHOR: main
fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::from(2)
        }
    }
}

fn run() -> Result<(), String> {
    let mut settings = Settings::read()?;
    let folder = Folder::open(&settings.folder)?;
    settings.connections = listen::places(settings.connections);
    #[cfg(unix)]
    if settings.processes > 1 {
        return processes::run(&settings);
    }
    // Until this is dropped, a thread writes the log: nothing that is in it gets lost.
    let _writer = log::start(settings.log);
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime
        .worker_threads(settings.threads)
        // Those of `spawn_blocking`: the more there are, the more they are woken in vain.
        .max_blocking_threads(settings.file_threads)
        .enable_all()
        .build()
        .map_err(|error| format!("Cannot start threads: {error}."))?;
    runtime.block_on(async {
        let listener = listen::bind(settings.port, settings.is_worker)?;
        let tls = settings.tls.then(tls::acceptor).transpose()?;
        let stop = Stop::on_signals(settings.drain)?;
        listen::say(&listener, tls.is_some());
        let app = app::app(folder, &settings, &stop);
        serve(listener, Server::new(app, tls, &settings, stop)).await;
        Ok(())
    })
}
// ANCHOR_END: main
