//! # Solution 01 · The raw interface
//!
//! One application, two gateways. `WHY.md`, beside this folder, says why it is so.
//!
//! Run it with `cargo run -p solution-01`, then open <http://127.0.0.1:8000/>. With `GATEWAY=tiny_http` in the
//! environment, the second gateway serves.
//!
//! | request | answer |
//! |---|---|
//! | `GET /` | a greeting for the client |
//! | `GET /nothing` | an empty page |
//! | `DELETE` of anything but `/` | 204 |
//! | any other | what was asked; 201 for a POST |

#![forbid(unsafe_code)]

mod application;
mod first;
mod second;

use std::net::TcpListener;
use std::process::ExitCode;
use std::sync::{Arc, RwLock};
use std::{env, process};

use application::application;

/// Each request that has begun holds it for reading. Ctrl-C takes it for writing, which it gets
/// when nobody holds it any more.
pub type Gate = Arc<RwLock<()>>;

fn main() -> ExitCode {
    let listener = match bind() {
        Ok(listener) => listener,
        Err(problem) => {
            eprintln!("{problem}");
            return ExitCode::from(2);
        }
    };
    let gate = Gate::default();
    let closing = gate.clone();
    ctrlc::set_handler(move || {
        let _all_answered = closing.write();
        process::exit(0);
    })
    .expect("nobody else has set a handler");

    let address = listener.local_addr().expect("a bound port has an address");
    println!("Listening on http://{address}");
    match env::var("GATEWAY").as_deref() {
        Ok("tiny_http") => second::serve(listener, application, &gate),
        _ => first::serve(listener, application, &gate),
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
