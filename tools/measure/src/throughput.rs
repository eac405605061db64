//! How many requests a second a server answers, beside another one: lessons 04 and 05 beside hyper
//! alone, the stack of lesson 07 beside its site alone.

use std::io::{BufRead, BufReader};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tests::build::artifacts;
use tests::wire::Connection;

use crate::{machine, report};

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
    /// What is asked for, each in a table of its own.
    targets: &'static [Target],
    remark: &'static str,
}

/// A page, as `wrk` asks for it.
struct Target {
    path: &'static str,
    /// What the table says of it.
    words: &'static str,
}

const GREETING: Target = Target {
    path: "/hello?name=Ada",
    words: "A page that does next to nothing",
};

const VISITS: Target = Target {
    path: "/visits/",
    words: "A page that opens a session, writes a time into it, and signs it, for a visitor who comes again",
};

pub const FRAMEWORKS: Comparison = Comparison {
    file: "05-throughput.md",
    held_against: &["of the first line", "of the second"],
    contestants: &FRAMEWORK_CONTESTANTS,
    targets: &[GREETING],
    remark: "",
};

pub const MIDDLEWARE: Comparison = Comparison {
    file: "07-throughput.md",
    held_against: &["of the site alone"],
    contestants: &MIDDLEWARE_CONTESTANTS,
    targets: &[VISITS, GREETING],
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

const MIDDLEWARE_CONTESTANTS: [Contestant; 5] = [
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
        name: "in those five of its layers that add no header",
        package: "lesson-07",
        example: None,
        env: &[(
            "LAYERS",
            "catch_errors,host_check,trailing_slash,method_override,shout",
        )],
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
    let mut tables = Vec::new();
    for target in comparison.targets {
        let rounds = rounds(&servers, target)?;
        let mut table = table_of(comparison, &servers, &rounds);
        if comparison.targets.len() > 1 {
            table = format!("{}, `{}`:\n\n{table}", target.words, target.path);
        }
        println!("{table}");
        tables.push(table);
    }
    let asked_for = match comparison.targets {
        [only] => format!("asked for `{}` ", only.path),
        _ => "asked ".to_string(),
    };
    let remarks = format!(
        "Release builds, {asked_for}by `wrk {}` on the same machine, in {ROUNDS} rounds by \
         turns: the medians of the rates, of the ratios of each round, and of the processor time that the \
         server took for a request.{}",
        WRK.join(" "),
        comparison.remark
    );
    let text = format!(
        "{}\n{remarks} {}\n",
        tables.join("\n"),
        machine::description()
    );
    report::write(comparison.file, &text)
}

/// What one run of wrk has shown.
struct Run {
    rate: f64,
    /// Processor time of the server for each request, in microseconds.
    cost: f64,
}

/// Lets wrk ask each server in turn, several times over. For each server, its runs.
fn rounds(servers: &[Running], target: &Target) -> Result<Vec<Vec<Run>>, String> {
    let expected = first_answer(&servers[0], target)?.0;
    let mut cookies = Vec::new();
    for server in servers {
        let (body, cookie) = first_answer(server, target)?;
        if body != expected {
            return Err(format!(
                "{} answers {body:?}, not {expected:?}",
                server.name
            ));
        }
        cookies.push(cookie);
    }
    let mut runs: Vec<Vec<Run>> = servers.iter().map(|_| Vec::new()).collect();
    for round in 1..=ROUNDS {
        for (index, server) in servers.iter().enumerate() {
            let run = wrk(server, target, cookies[index].as_deref())?;
            println!(
                "round {round}: {}: {:.0} requests/s, {:.2} us each",
                server.name, run.rate, run.cost
            );
            runs[index].push(run);
        }
    }
    Ok(runs)
}

fn table_of(comparison: &Comparison, servers: &[Running], runs: &[Vec<Run>]) -> String {
    // Held against the bases of the same round: what else the machine did then touched all.
    let ratio = |here: &[Run], base: &[Run]| {
        let pairs = here.iter().zip(base);
        let ratios: Vec<f64> = pairs.map(|(run, base)| run.rate / base.rate).collect();
        format!("{:.2}", report::median(&ratios))
    };
    let median = |runs: &[Run], figure: fn(&Run) -> f64| {
        report::median(&runs.iter().map(figure).collect::<Vec<f64>>())
    };
    let row = |(here, server): (&Vec<Run>, &Running)| {
        let mut row = vec![
            server.name.to_string(),
            report::thousands(median(here, |run| run.rate) as u64),
        ];
        let bases = runs.iter().take(comparison.held_against.len());
        row.extend(bases.map(|base| ratio(here, base)));
        row.push(format!("{:.1}", median(here, |run| run.cost)));
        row
    };
    let rows: Vec<Vec<String>> = runs.iter().zip(servers).map(row).collect();
    let mut headings = vec!["server", "requests a second"];
    headings.extend(comparison.held_against);
    headings.push("µs a request");
    report::bare_table(&headings, &rows)
}

/// The answer's body, its digits aside (a page may show the time), and the cookie that it sets.
/// All servers are asked the same and must say the same.
fn first_answer(server: &Running, target: &Target) -> Result<(String, Option<String>), String> {
    let stream = TcpStream::connect(&server.address).map_err(|error| error.to_string())?;
    let set = stream.set_read_timeout(Some(PATIENCE));
    set.map_err(|error| error.to_string())?;
    let mut connection = Connection::new(stream);
    let request = format!("GET {} HTTP/1.1\r\nHost: localhost\r\n\r\n", target.path);
    connection.send(request.as_bytes())?;
    let answer = connection.answer("GET")?.ok_or("there was no answer")?;
    let cookie = answer
        .header("set-cookie")
        .and_then(|line| line.split(';').next());
    let body = String::from_utf8_lossy(&answer.body);
    let without_digits = body.replace(|letter: char| letter.is_ascii_digit(), "");
    Ok((without_digits, cookie.map(str::to_string)))
}

/// One run of wrk against one of our servers.
fn wrk(server: &Running, target: &Target, cookie: Option<&str>) -> Result<Run, String> {
    let cookie = cookie.map(|cookie| format!("Cookie: {cookie}"));
    let before = machine::usage(server.child.id())?.processor;
    let url = format!("http://{}{}", server.address, target.path);
    let (rate, answered) = asked(&url, cookie.as_deref())?;
    let spent = machine::usage(server.child.id())?.processor - before;
    Ok(Run {
        rate,
        cost: spent * 1e6 / answered,
    })
}

/// One run of wrk: the requests answered in a second.
///
/// # Errors
/// When wrk is missing or met one.
pub fn rate(url: &str) -> Result<f64, String> {
    Ok(asked(url, None)?.0)
}

/// The requests answered in a second, and in all.
fn asked(url: &str, header: Option<&str>) -> Result<(f64, f64), String> {
    let header = header.map(|header| ["-H", header]);
    let output = Command::new("wrk")
        .args(WRK)
        .args(header.iter().flatten())
        // A large file takes its time, on a machine that is busy.
        .args(["--timeout", "30s"])
        .arg(url)
        .output()
        .map_err(|error| format!("wrk: {error}. On Debian and Ubuntu: apt-get install wrk"))?;
    let said = String::from_utf8_lossy(&output.stdout);
    for trouble in ["Non-2xx", "Socket errors"] {
        if let Some(line) = said.lines().find(|line| line.contains(trouble)) {
            return Err(format!("wrk met an error:{line}"));
        }
    }
    let silent = || format!("wrk did not say how many requests were answered, but: {said}");
    let rate = said
        .lines()
        .find_map(|line| line.strip_prefix("Requests/sec:"));
    let answered = said
        .lines()
        .find_map(|line| line.split_once(" requests in "));
    let rate: Option<f64> = rate.and_then(|rate| rate.trim().parse().ok());
    let answered: Option<f64> = answered.and_then(|(number, _)| number.trim().parse().ok());
    Ok((rate.ok_or_else(silent)?, answered.ok_or_else(silent)?))
}
