//! Lesson 09: can types be the documentation?
//!
//! A service that keeps items: a name, a price, perhaps a description and a tax. One type says
//! what an item is; reading, errors, documentation and storage follow from it.
//!
//! ```sh
//! cargo run -p lesson-09
//! ```
//!
//! | method | path               | answer                                                       |
//! |--------|--------------------|--------------------------------------------------------------|
//! | GET    | `/`                | a form for a new item                                        |
//! | POST   | `/items/new/form/` | keeps the item of the form, and shows it as a page           |
//! | POST   | `/items/new/`      | keeps the item of a JSON body, and sends it back             |
//! | GET    | `/items/{name}/`   | the item of that name, as JSON                               |
//! | GET    | `/openapi.json`    | what the service can do, for programs                        |
//! | GET    | `/docs`            | the same for people, with a form for each operation          |
//! | any    | a path without its slash | 307 to the path with it                                |
//! | other  | a path above       | 405 with `Allow`                                             |
//! | any    | any other path     | 404                                                          |
//!
//! `DATABASE_URL=sqlite:items.sqlite3` keeps the items in a file; without it they end with the server.
//! With `--features mongodb`, `MONGODB_URI` keeps them in a MongoDB.
#![forbid(unsafe_code)]

use std::process::ExitCode;

use lesson_09::api::app;
use lesson_09::serve::{bind, serve};
use lesson_09::store;
use tokio::runtime::Builder;

fn main() -> ExitCode {
    // A map answers at once, and one thread does for all requests: to wake another would cost more
    // than the answer. A database answers later, from a thread of its own: then there is a thread
    // for each core.
    let mut threads = match store::in_memory() {
        true => Builder::new_current_thread(),
        false => Builder::new_multi_thread(),
    };
    let runtime = match threads.enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("No threads to run on: {error}.");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(run()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::from(2)
        }
    }
}

async fn run() -> Result<(), String> {
    let (store, place) = store::from_environment().await?;
    let listener = bind().await?;
    eprintln!("{place}");
    serve(listener, app(store)).await;
    Ok(())
}
