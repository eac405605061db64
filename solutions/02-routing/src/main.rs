//! # Solution 02 · Routing
//!
//! A tea house with several pages. `WHY.md`, beside this folder, says why it is so.
//!
//! Run it with `cargo run -p solution-02`, then open <http://127.0.0.1:8000/>.
//!
//! | request | answer |
//! |---|---|
//! | `GET /?name=Ada` | a table for Ada, a form, a link to the greeting |
//! | `GET /hello?name=Ada&name=Bob` | a greeting for all |
//! | `POST /order` | an order is taken |
//! | `GET /cups`, `PUT /cups` | the cups, one more |

#![forbid(unsafe_code)]

mod application;
mod gateway;

use std::env;
use std::net::TcpListener;
use std::process::ExitCode;

fn main() -> ExitCode {
    match bind() {
        Ok(listener) => gateway::serve(listener, application::application),
        Err(problem) => {
            eprintln!("{problem}");
            return ExitCode::from(2);
        }
    }
    ExitCode::SUCCESS
}

/// Opens the port in `PORT` (default 8000; 0 lets the system choose) on this machine only.
fn bind() -> Result<TcpListener, String> {
    let port = env::var_os("PORT").unwrap_or("8000".into());
    let port = port.to_string_lossy();
    let number: u16 = port
        .parse()
        .map_err(|_| format!("PORT must be a number from 0 to 65535, not {port:?}."))?;
    TcpListener::bind(("127.0.0.1", number)).map_err(|error| {
        format!("Cannot listen on port {number}: {error}. Stop the other server, or set PORT to another number.")
    })
}
