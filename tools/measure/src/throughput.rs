//! How many requests a second a server answers, beside another one: lessons 04 and 05 beside hyper
//! alone, the stack of lesson 07 beside its site alone.

use std::io::{BufRead, BufReader};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tests::build::artifacts;
use tests::wire::Connection;

use crate::report;

/// A server that takes part: how the table calls it, and what starts it.
struct Contestant {
    name: &'static str,
    package: &'static str,
    example: Option<&'static str>,
    env: &'static [(&'static str, &'static str)],
}

/// What is measured in one run.
pub struct Comparison {
    /// The file in `notes/measured/`.
    file: &'static str,
    /// A column for each: the first contestants, which the others are held against.
    held_against: &'static [&'static str],
    contestants: &'static [Contestant],
    remark: &'static str,
}

pub const FRAMEWORKS: Comparison = Comparison {
    file: "05-throughput.md",
    held_against: &["of the first line", "of the second"],
    contestants: &FRAMEWORK_CONTESTANTS,
    remark: "",
};

pub const MIDDLEWARE: Comparison = Comparison {
    file: "07-throughput.md",
    held_against: &["of the site alone"],
    contestants: &MIDDLEWARE_CONTESTANTS,
    remark: " Standard error, where the log goes, is thrown away.",
};

const FRAMEWORK_CONTESTANTS: [Contestant; 4] = [
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

const MIDDLEWARE_CONTESTANTS: [Contestant; 4] = [
    Contestant {
        name: "the site alone (`LAYERS=`)",
        package: "lesson-07",
        example: None,
        env: &[("LAYERS", "")],
    },
    Contestant {
        name: "in the stack by hand",
        package: "lesson-07",
        example: None,
        env: &[],
    },
    Contestant {
        name: "in that stack without its log",
        package: "lesson-07",
        example: None,
        env: &[(
            "LAYERS",
            "request_id,security_headers,catch_errors,host_check,trailing_slash,method_override,shout",
        )],
    },
    Contestant {
        name: "in the stack from the shelf",
        package: "lesson-07",
        example: Some("from_the_shelf"),
        env: &[],
    },
];

/// A contestant that runs. What it says on standard error is thrown away: to keep it would cost
/// this machine time, and not the same for all.
struct Running {
    name: &'static str,
    child: Child,
    address: String,
}

impl Contestant {
    fn start(&self) -> Result<Running, String> {
        let program = artifacts().executable(self.package, self.example);
        let mut child = Command::new(program)
            .env("PORT", "0")
            .envs(self.env.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("{}: {error}", program.display()))?;
        let mut line = String::new();
        if let Some(stdout) = child.stdout.take() {
            let _ = BufReader::new(stdout).read_line(&mut line);
        }
        let address = line
            .trim()
            .strip_prefix("Listening on http://")
            .map(str::to_string);
        let running = Running {
            name: self.name,
            child,
            address: address.unwrap_or_default(),
        };
        if running.address.is_empty() {
            return Err(format!("{} does not start: it says {line:?}", self.name));
        }
        Ok(running)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

const TARGET: &str = "/hello?name=Ada";
const ROUNDS: usize = 5;
/// How long the first answer of a server may take.
const PATIENCE: Duration = Duration::from_secs(10);
const WRK: [&str; 3] = ["-t1", "-c32", "-d5s"];

/// Runs wrk against each server in turn, several times over.
///
/// # Errors
/// When wrk is missing, a server does not start, or the servers do not answer alike.
pub fn measure(comparison: &Comparison) -> Result<(), String> {
    if Command::new("wrk").arg("--version").output().is_err() {
        return Err("wrk is not installed. On Debian and Ubuntu: apt-get install wrk".into());
    }
    let contestants = comparison.contestants.iter();
    let servers: Vec<Running> = contestants
        .map(Contestant::start)
        .collect::<Result<_, _>>()?;
    let expected = body(&servers[0])?;
    for server in &servers {
        let body = body(server)?;
        if body != expected {
            return Err(format!(
                "{} answers {body:?}, not {expected:?}",
                server.name
            ));
        }
    }

    let mut rates = vec![Vec::new(); servers.len()];
    for round in 1..=ROUNDS {
        for (index, server) in servers.iter().enumerate() {
            let rate = rate(&format!("http://{}{TARGET}", server.address))?;
            println!("round {round}: {}: {rate:.0} requests/s", server.name);
            rates[index].push(rate);
        }
    }

    // Held against the bases of the same round: what else the machine did then touched all.
    let ratio = |rates_here: &Vec<f64>, base: &Vec<f64>| {
        let pairs = rates_here.iter().zip(base);
        let ratios: Vec<f64> = pairs.map(|(rate, base)| rate / base).collect();
        format!("{:.2}", report::median(&ratios))
    };
    let row = |(rates_here, server): (&Vec<f64>, &Running)| {
        let mut row = vec![
            server.name.to_string(),
            report::thousands(report::median(rates_here) as u64),
        ];
        let bases = rates.iter().take(comparison.held_against.len());
        row.extend(bases.map(|base| ratio(rates_here, base)));
        row
    };
    let rows: Vec<Vec<String>> = rates.iter().zip(&servers).map(row).collect();
    let remarks = format!(
        "Release builds, asked for `{TARGET}` by `wrk {}` on the same machine, in {ROUNDS} rounds by \
         turns: the medians of the rates, and of the ratios of each round.{}",
        WRK.join(" "),
        comparison.remark
    );
    let mut headings = vec!["server", "requests a second"];
    headings.extend(comparison.held_against);
    let table = report::table(&headings, &rows, &remarks);
    println!("{table}");
    report::write(comparison.file, &table)
}

/// The answer's body: all are asked the same and must say the same.
fn body(server: &Running) -> Result<String, String> {
    let stream = TcpStream::connect(&server.address).map_err(|error| error.to_string())?;
    let set = stream.set_read_timeout(Some(PATIENCE));
    set.map_err(|error| error.to_string())?;
    let mut connection = Connection::new(stream);
    connection.send(format!("GET {TARGET} HTTP/1.1\r\nHost: localhost\r\n\r\n").as_bytes())?;
    let answer = connection.answer("GET")?.ok_or("there was no answer")?;
    Ok(String::from_utf8_lossy(&answer.body).into_owned())
}

/// One run of wrk: the requests answered in a second.
///
/// # Errors
/// When wrk is missing or met one.
pub fn rate(url: &str) -> Result<f64, String> {
    let output = Command::new("wrk")
        .args(WRK)
        .arg(url)
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
