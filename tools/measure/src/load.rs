//! What the load test of lesson 10 says of lesson 10.

use std::process::Command;

use house::build::ServerName;
use house::build::artifacts;
use wire::server::Server;

use crate::plot::{self, Line, Plot};
use crate::report;

const SECONDS: &str = "5";

/// Runs the load test as a student does, and keeps its table.
///
/// # Errors
/// When it fails.
pub fn measure() -> Result<(), String> {
    let env = [("SITE", "lessons/10-serving/site"), ("LOG", "off")];
    let env = env.map(|(name, value)| (name.to_string(), value.to_string()));
    let server = Server::start(&ServerName::parse("lesson-10")?, &env)?;
    let output = Command::new(artifacts().executable("lesson-10", Some("load")))
        .arg(format!("http://{}/hello.txt", server.address()))
        .env("SECONDS", SECONDS)
        .output()
        .map_err(|error| format!("the load test: {error}"))?;
    let said = String::from_utf8_lossy(&output.stdout);
    println!("{said}");
    let steps: Vec<Vec<f64>> = said.lines().skip(1).map_while(numbers).collect();
    if steps.is_empty() {
        return Err("the load test has said nothing".into());
    }
    let row = |step: &Vec<f64>| {
        let whole = |number: f64| report::thousands(number as u64);
        let mut row = vec![whole(step[0]), whole(step[1])];
        row.extend(step[2..5].iter().map(|ms| format!("{ms:.2}")));
        row.push(whole(step[5]));
        row
    };
    let rows: Vec<Vec<String>> = steps.iter().map(row).collect();
    let head = [
        "clients",
        "requests a second",
        "median, ms",
        "99 % within, ms",
        "worst, ms",
        "failed",
    ];
    let remarks = format!(
        "`--example load` against lesson 10 on the same machine, release builds, {SECONDS} seconds \
         for each line, `/hello.txt`, no log."
    );
    let table = report::table(&head, &rows, &remarks);
    println!("{table}");
    report::write("10-load.md", &table)?;
    let line = |name, column: usize| Line {
        name,
        points: steps.iter().map(|step| (step[0], step[column])).collect(),
    };
    let svg = plot::draw(&Plot {
        title: "How long answers take as clients become more",
        desc: "Milliseconds within which half of the answers and 99 of 100 came, against the number of \
               clients that ask at once.",
        across: "clients at once",
        up: "milliseconds until the answer",
        unit: "ms",
        lines: &[line("99 of 100 within", 3), line("half within", 2)],
    });
    report::write("10-load.svg", &svg)
}

/// The numbers of a line of the table; `None` for any other line.
fn numbers(line: &str) -> Option<Vec<f64>> {
    let numbers: Vec<f64> = line
        .split_whitespace()
        .map(|word| word.parse().ok())
        .collect::<Option<_>>()?;
    (numbers.len() == 6).then_some(numbers)
}
