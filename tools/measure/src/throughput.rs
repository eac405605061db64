//! How many requests a second a server answers, beside another one: lessons 04 and 05 beside hyper
//! alone, the stack of lesson 07 beside its site alone.

use std::process::Command;

use tests::build::artifacts;

use crate::running::Running;
use crate::wrk::{self, ROUNDS, Run};
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
    /// How often each server is asked, by turns: more often where the differences are small.
    rounds: usize,
    /// How long each time, as wrk takes it. Short turns, and many of them, tell a small difference
    /// best: what the machine does besides changes within seconds.
    duration: &'static str,
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
    rounds: ROUNDS,
    duration: "5s",
    remark: "",
};

pub const MIDDLEWARE: Comparison = Comparison {
    file: "07-throughput.md",
    held_against: &["of the site alone"],
    contestants: &MIDDLEWARE_CONTESTANTS,
    targets: &[VISITS, GREETING],
    rounds: 60,
    duration: "1s",
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

impl Contestant {
    fn start(&self) -> Result<Running, String> {
        let program = artifacts().executable(self.package, self.example);
        let mut command = Command::new(program);
        Running::ours(self.name, command.envs(self.env.iter().copied()))
    }
}

/// Runs wrk against each server in turn, several times over.
///
/// # Errors
/// When wrk is missing, a server does not start, or the servers do not answer alike.
pub fn measure(comparison: &Comparison) -> Result<(), String> {
    let contestants = comparison.contestants.iter();
    let servers: Vec<Running> = contestants
        .map(Contestant::start)
        .collect::<Result<_, _>>()?;
    let mut tables = Vec::new();
    for target in comparison.targets {
        let rounds = rounds(comparison, &servers, target)?;
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
        "Release builds, {asked_for}by `{}` on the same machine, in {} rounds by \
         turns: the medians of the rates, of the ratios of each round, and of the processor time that the \
         server took for a request.{}",
        wrk::called_for(comparison.duration),
        comparison.rounds,
        comparison.remark
    );
    let text = format!(
        "{}\n{remarks} {}\n",
        tables.join("\n"),
        machine::description()
    );
    report::write(comparison.file, &text)
}

/// Lets wrk ask each server in turn, several times over. For each server, its runs.
fn rounds(
    comparison: &Comparison,
    servers: &[Running],
    target: &Target,
) -> Result<Vec<Vec<Run>>, String> {
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
    for round in 1..=comparison.rounds {
        // Another one begins each time: what follows upon a certain neighbour follows upon all.
        for turn in 0..servers.len() {
            let index = (turn + round) % servers.len();
            let server = &servers[index];
            let cookie = cookies[index]
                .as_deref()
                .map(|pair| format!("Cookie: {pair}"));
            let mut arguments = vec!["-d", comparison.duration];
            arguments.extend(cookie.iter().flat_map(|line| ["-H", line.as_str()]));
            let run = wrk::run(server.pid(), &server.url(target.path), &arguments, false)?;
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
    let row = |(here, server): (&Vec<Run>, &Running)| {
        let mut row = vec![
            server.name.to_string(),
            report::thousands(wrk::median(here, |run| run.rate) as u64),
        ];
        let bases = runs.iter().take(comparison.held_against.len());
        row.extend(bases.map(|base| format!("{:.2}", wrk::ratio(here, base, |run| run.rate))));
        row.push(format!("{:.1}", wrk::median(here, |run| run.cost)));
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
    let answer = server.ask("GET", target.path, "")?;
    let cookie = answer
        .header("set-cookie")
        .and_then(|line| line.split(';').next());
    let body = String::from_utf8_lossy(&answer.body);
    let without_digits = body.replace(|letter: char| letter.is_ascii_digit(), "");
    Ok((without_digits, cookie.map(str::to_string)))
}
