//! How many requests a second lessons 04 and 05 answer, beside hyper alone.

use std::process::Command;

use tests::requests::ServerName;
use tests::server::Server;
use tests::wire::Connection;

use crate::report;

/// A server that takes part: how the table calls it, and what starts it.
struct Contestant {
    name: &'static str,
    package: &'static str,
    example: Option<&'static str>,
    env: &'static [(&'static str, &'static str)],
}

/// The first two are what the others are held against.
const CONTESTANTS: [Contestant; 4] = [
    Contestant {
        name: "hyper alone, a thread for each core (`bare_hyper`)",
        package: "lesson-05",
        example: Some("bare_hyper"),
        env: &[],
    },
    Contestant {
        name: "hyper alone, one thread",
        package: "lesson-05",
        example: Some("bare_hyper"),
        env: &[("ONE_THREAD", "1")],
    },
    Contestant {
        name: "lesson 05, one thread",
        package: "lesson-05",
        example: None,
        env: &[],
    },
    Contestant {
        name: "lesson 04, a thread for each core",
        package: "lesson-04",
        example: None,
        env: &[],
    },
];

const TARGET: &str = "/hello?name=Ada";
const ROUNDS: usize = 5;
const WRK: [&str; 3] = ["-t1", "-c32", "-d5s"];

/// Runs wrk against each server in turn, several times over.
///
/// # Errors
/// When wrk is missing, a server does not start, or the servers do not answer alike.
pub fn measure() -> Result<(), String> {
    if Command::new("wrk").arg("--version").output().is_err() {
        return Err("wrk is not installed. On Debian and Ubuntu: apt-get install wrk".into());
    }
    let servers = CONTESTANTS.map(|contestant| {
        let server = ServerName {
            package: contestant.package.into(),
            example: contestant.example.map(str::to_string),
        };
        let env = contestant.env.iter();
        let env: Vec<_> = env
            .map(|(name, value)| (name.to_string(), value.to_string()))
            .collect();
        Server::start(&server, &env).map(|server| (contestant.name, server))
    });
    let servers = servers.into_iter().collect::<Result<Vec<_>, String>>()?;
    let expected = body(&servers[0].1)?;
    for (name, server) in &servers {
        let body = body(server)?;
        if body != expected {
            return Err(format!("{name} answers {body:?}, not {expected:?}"));
        }
    }

    let mut rates = vec![Vec::new(); servers.len()];
    for round in 1..=ROUNDS {
        for (index, (name, server)) in servers.iter().enumerate() {
            let rate = wrk(server)?;
            println!("round {round}: {name}: {rate:.0} requests/s");
            rates[index].push(rate);
        }
    }

    // Held against the bases of the same round: what else the machine did then touched all.
    let ratio = |rates_here: &Vec<f64>, base: &Vec<f64>| {
        let pairs = rates_here.iter().zip(base);
        let ratios: Vec<f64> = pairs.map(|(rate, base)| rate / base).collect();
        format!("{:.2}", report::median(&ratios))
    };
    let row = |(rates_here, (name, _)): (&Vec<f64>, &(&str, Server))| {
        vec![
            name.to_string(),
            report::thousands(report::median(rates_here) as u64),
            ratio(rates_here, &rates[0]),
            ratio(rates_here, &rates[1]),
        ]
    };
    let rows: Vec<Vec<String>> = rates.iter().zip(&servers).map(row).collect();
    let remarks = format!(
        "Release builds, asked for `{TARGET}` by `wrk {}` on the same machine, in {ROUNDS} rounds by \
         turns: the medians of the rates, and of the ratios of each round.",
        WRK.join(" ")
    );
    let table = report::table(
        &[
            "server",
            "requests a second",
            "of the first line",
            "of the second",
        ],
        &rows,
        &remarks,
    );
    println!("{table}");
    report::write("05-throughput.md", &table)
}

/// The answer's body: all are asked the same and must say the same.
fn body(server: &Server) -> Result<String, String> {
    let mut connection = Connection::new(server.connect()?);
    connection.send(format!("GET {TARGET} HTTP/1.1\r\nHost: localhost\r\n\r\n").as_bytes())?;
    let answer = connection.answer("GET")?.ok_or("there was no answer")?;
    Ok(String::from_utf8_lossy(&answer.body).into_owned())
}

/// One run of wrk: the requests answered in a second.
fn wrk(server: &Server) -> Result<f64, String> {
    let output = Command::new("wrk")
        .args(WRK)
        .arg(format!("http://{}{TARGET}", server.address()))
        .output()
        .map_err(|error| format!("wrk: {error}"))?;
    let said = String::from_utf8_lossy(&output.stdout);
    for trouble in ["Non-2xx", "Socket errors"] {
        if let Some(line) = said.lines().find(|line| line.contains(trouble)) {
            return Err(format!("wrk met an error:{line}"));
        }
    }
    let rate = said
        .lines()
        .find_map(|line| line.strip_prefix("Requests/sec:"));
    rate.and_then(|rate| rate.trim().parse().ok())
        .ok_or_else(|| format!("wrk did not say how many requests were answered, but: {said}"))
}
