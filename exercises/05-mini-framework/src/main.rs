//! # Exercise 05 · A framework from scratch
//!
//! A tea house on a framework of our own. It answers, but it falls short: `cargo course` says how.
//!
//! Run it with `cargo run -p exercise-05`, then open <http://127.0.0.1:8000/>.
//!
//! | request | answer |
//! |---|---|
//! | `GET /` | the front page |
//! | `POST /order?table=7` | takes an order, a form such as `tea=oolong` |
//! | `POST /thanks` | takes thanks, as text |

#![forbid(unsafe_code)]

mod framework;

use framework::{App, Form, FromRequest, Html, Query, Refusal, Request, serve};
use hyper::StatusCode;
use hyper::header::USER_AGENT;

#[tokio::main]
async fn main() {
    if let Err(problem) = serve(app()).await {
        eprintln!("{problem:#}");
        std::process::exit(2);
    }
}

fn app() -> App {
    App::new()
        .get("/", index)
        .post("/order", order)
        .post("/thanks", thanks)
}

async fn index(Agent(agent): Agent) -> Html<String> {
    let agent = html_escape::encode_text(&agent);
    page("Tea house", &format!("Welcome, {agent}!"))
}

async fn order(Table(table): Table, Form(form): Form) -> String {
    let tea = form.get("tea").unwrap_or("the tea of the day");
    format!("One pot of {tea} for table {table}.\n")
}

async fn thanks(words: String) -> String {
    format!("You said: {words}\n")
}

fn page(heading: &str, text: &str) -> Html<String> {
    Html(format!(
        "<!doctype html>\n<html lang=\"en\">\n<title>{heading}</title>\n<h1>{heading}</h1>\n<p>{text}</p>\n"
    ))
}

/// The table in the query: `?table=7`.
struct Table(u32);

impl FromRequest for Table {
    fn from_request(request: &Request) -> Result<Table, Refusal> {
        let Query(params) = Query::from_request(request)?;
        let number = params.get("table").and_then(|table| table.parse().ok());
        let refusal = (StatusCode::BAD_REQUEST, "The table must be a number.");
        number.map(Table).ok_or(refusal)
    }
}

/// The program that the guest has sent, as its `User-Agent` says: `curl/8.5.0`.
struct Agent(String);

impl FromRequest for Agent {
    fn from_request(request: &Request) -> Result<Agent, Refusal> {
        let header = request.headers().get(USER_AGENT);
        let agent = header.map_or("somebody".into(), |value| {
            String::from_utf8_lossy(value.as_bytes())
        });
        Ok(Agent(agent.into_owned()))
    }
}
