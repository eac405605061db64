//! A client of lesson 09 that knows its types: it makes three calls and prints the answers.
//!
//! ```sh
//! cargo run -p lesson-09 --bin client -- http://127.0.0.1:8000
//! ```
#![forbid(unsafe_code)]

use std::env;
use std::error::Error;
use std::process::ExitCode;

use lesson_09::error::{Invalid, Refused};
use lesson_09::item::{Document, Item, Name};
use lesson_09::record::{Record, from_json};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use ureq::http::Response;
use ureq::{Agent, Body};

fn main() -> ExitCode {
    let address = env::args().nth(1);
    let service = Service::at(address.unwrap_or("http://127.0.0.1:8000".into()));
    match three_calls(&service) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    }
}

// ANCHOR: calls
fn three_calls(service: &Service) -> Result<(), Box<dyn Error>> {
    let item = Item {
        name: Name::new("Item1")?,
        price: "12.34".parse()?,
        description: Some("Rusty old bucket".into()),
        tax: None,
    };
    print(&service.create(&item)?)?;
    print(&service.retrieve("Item1")?)?;
    // An `Item` with this price cannot be made: `parse` has an error for it, and the compiler
    // takes no text. So this body is written by hand.
    let body = r#"{"name": "Item2", "price": "Not a number"}"#;
    print(&service.create_from(body)?)?;
    Ok(())
}
// ANCHOR_END: calls

// ANCHOR: answer
/// What the service says, each with its type.
#[derive(Serialize)]
#[serde(untagged)]
enum Answer<T> {
    Good(T),
    Invalid(Invalid),
    Refused(Refused),
}

fn answer<T: Record>(response: &mut Response<Body>) -> Result<(u16, Answer<T>), Box<dyn Error>> {
    let status = response.status().as_u16();
    let body = response.body_mut().read_to_string()?;
    let answer = match status {
        200 => from_json(&body)
            .map(Answer::Good)
            .map_err(|problems| format!("{problems:?}"))?,
        422 => Answer::Invalid(serde_json::from_str(&body)?),
        _ => Answer::Refused(serde_json::from_str(&body)?),
    };
    Ok((status, answer))
}
// ANCHOR_END: answer

fn print<T: Serialize>((status, answer): &(u16, Answer<T>)) -> Result<(), Box<dyn Error>> {
    println!("{status} {}", serde_json::to_string(answer)?);
    Ok(())
}

/// Where the service is, and what speaks HTTP to it.
struct Service {
    address: String,
    agent: Agent,
}

impl Service {
    fn at(address: String) -> Service {
        // A 422 is an answer like others, and no failure of the call.
        let config = Agent::config_builder().http_status_as_error(false);
        let agent = config.build().into();
        Service { address, agent }
    }

    fn create(&self, item: &Item) -> Result<(u16, Answer<Item>), Box<dyn Error>> {
        self.create_from(&serde_json::to_string(item)?)
    }

    fn create_from(&self, body: &str) -> Result<(u16, Answer<Item>), Box<dyn Error>> {
        let call = self.agent.post(format!("{}/items/new/", self.address));
        answer(&mut call.content_type("application/json").send(body)?)
    }

    fn retrieve(&self, name: &str) -> Result<(u16, Answer<Document>), Box<dyn Error>> {
        let name = utf8_percent_encode(name, NON_ALPHANUMERIC);
        let call = self.agent.get(format!("{}/items/{name}/", self.address));
        answer(&mut call.call()?)
    }
}
