//! A client of lesson 09 that knows its types: it makes three calls and prints the answers.
//!
//! ```sh
//! cargo run -p lesson-09 --example client -- http://127.0.0.1:8000
//! ```

#![forbid(unsafe_code)]

use std::env;

use anyhow::{Error, Result, bail};
use lesson_09::error::Problems;
use lesson_09::item::{Document, Item};
use lesson_09::read::{Field, json};
use rust_decimal::Decimal;
use serde::Serialize;
use ureq::http::Response;
use ureq::{Agent, Body};

fn main() -> Result<()> {
    let service = env::args().nth(1).unwrap_or("http://127.0.0.1:8000".into());
    // A 422 is an answer like others, not a failure of the call.
    let config = Agent::config_builder().http_status_as_error(false);
    let agent: Agent = config.build().into();
    let create = |body: &str| {
        let call = agent.post(format!("{service}/items/new/"));
        call.content_type("application/json").send(body)
    };

    let item = Item {
        name: "Item1".to_string().try_into().map_err(Error::msg)?,
        price: Decimal::new(1234, 2).try_into().map_err(Error::msg)?,
        description: Some("Rusty old bucket".into()),
        tax: None,
        parts: None,
    };
    print::<Item>(create(&serde_json::to_string(&item)?)?)?;
    print::<Document>(agent.get(format!("{service}/items/Item1/")).call()?)?;
    // An `Item` with this price cannot be made. So this body is written by hand.
    print::<Item>(create(r#"{"name": "Item2", "price": "Not a number"}"#)?)
}

/// Reads an answer as the type that was promised, and prints what came of it.
fn print<T: Field + Serialize>(mut response: Response<Body>) -> Result<()> {
    let status = response.status().as_u16();
    let body = response.body_mut().read_to_string()?;
    let answer = match status {
        200 => match json::<T>(&body) {
            Ok(value) => serde_json::to_string(&value)?,
            Err(error) => bail!("This is not what was promised: {error:?}"),
        },
        422 => serde_json::to_string(&serde_json::from_str::<Problems>(&body)?)?,
        _ => body,
    };
    println!("{status} {answer}");
    Ok(())
}
