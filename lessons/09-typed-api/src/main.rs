//! Lesson 09: can types be the documentation?
//!
//! Items, as JSON and by a form. One type says what an item is; parsing, errors, documentation,
//! storage and a client follow from it.
//!
//! ```sh
//! TOKEN=let-me-in cargo run -p lesson-09
//! ```
//!
//! | method | path | answer |
//! |---|---|---|
//! | GET | `/` | a form for a new item |
//! | POST | `/items/new/form/` | keeps the item of the form |
//! | POST | `/items/new/` | keeps an item sent as JSON |
//! | GET | `/items/?limit=20&offset=0&sort=name` | items, a page at a time |
//! | GET | `/items/{name}/` | an item |
//! | PUT, DELETE | `/items/{name}/` | replaces, removes an item; asks for the token |
//! | GET | `/openapi.json`, `/docs` | the documentation, for programs and for people |

#![forbid(unsafe_code)]

use std::env;

use lesson_09::{api, serve, store};

async fn run() -> anyhow::Result<()> {
    let store = store::from_environment().await?;
    serve::serve(api::app(store, env::var("TOKEN").ok())).await
}

#[tokio::main]
async fn main() {
    if let Err(problem) = run().await {
        eprintln!("{problem:#}");
        std::process::exit(2);
    }
}
