//! How many requests a second a server answers, beside another one: lessons 04 and 05 beside hyper
//! alone, the stack of lesson 07 beside its site alone.

use std::process::Command;

use house::build::{Artifacts, artifacts_of};

use crate::running::Running;
use crate::turns::{self, Question, STARTS};
use crate::wrk::Run;
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
    /// What is asked for, each in columns of its own.
    targets: &'static [Target],
    remark: &'static str,
}

/// A page.
struct Target {
    path: &'static str,
    /// What the table says of it.
    words: &'static str,
}

const GREETING: Target = Target {
    path: "/hello?name=Ada",
    words: "a page that does next to nothing",
};

const VISITS: Target = Target {
    path: "/visits",
    words: "a page that opens a session, writes a time into it, and signs it, for a visitor who comes again",
};

pub const FRAMEWORKS: Comparison = Comparison {
    file: "05-throughput.md",
    held_against: &["of the first line", "of the second"],
    contestants: &FRAMEWORK_CONTESTANTS,
    targets: &[GREETING],
    remark: "",
};

pub const MIDDLEWARE: Comparison = Comparison {
    file: "10-layers.md",
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
        name: "lesson 05, a thread for each core",
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
        example: Some("layers_from_the_shelf"),
        env: &[],
    },
];

impl Contestant {
    fn start(&self, built: &Artifacts) -> Result<Running, String> {
        let program = built.executable(self.package, self.example);
        let mut command = Command::new(program);
        Running::ours(self.name, command.envs(self.env.iter().copied()))
    }
}

/// Starts the servers, asks them, and writes what they have shown.
///
/// # Errors
/// When a server does not start, or the servers do not answer alike.
pub fn measure(comparison: &Comparison) -> Result<(), String> {
    let contestants = comparison.contestants.iter();
    let packages: Vec<&str> = contestants.clone().map(|one| one.package).collect();
    let built = artifacts_of(&packages);
    let mut columns = vec!["server".to_string()];
    let mut rows: Vec<Vec<String>> = contestants
        .clone()
        .map(|one| vec![one.name.into()])
        .collect();
    for target in comparison.targets {
        let mut runs: Vec<Vec<Run>> = contestants.clone().map(|_| Vec::new()).collect();
        for start in 1..=STARTS {
            let servers = contestants.clone().map(|one| one.start(&built));
            let servers = servers.collect::<Result<Vec<Running>, String>>()?;
            let shown = turns::ask(&questions(&servers, target)?)?;
            for ((runs, run), server) in runs.iter_mut().zip(shown).zip(&servers) {
                let (name, Run { rate, cost }) = (server.name, run);
                println!("start {start}: {name}: {rate:.0} requests/s, {cost:.2} us each");
                runs.push(run);
            }
        }
        let page = match comparison.targets {
            [_] => String::new(),
            _ => format!("`{}`: ", target.path),
        };
        columns.push(format!("{page}requests a second"));
        columns.extend(
            comparison
                .held_against
                .iter()
                .map(|words| words.to_string()),
        );
        columns.push("µs per request".to_string());
        let held_against = &runs[..comparison.held_against.len()];
        for (row, (one, runs)) in rows.iter_mut().zip(contestants.clone().zip(&runs)) {
            row.extend(turns::row(one.name, runs, held_against).into_iter().skip(1));
        }
    }
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    let table = report::bare_table(&columns, &rows);
    println!("{table}");
    let asked_for = match comparison.targets {
        [only] => format!(", asked for `{}`", only.path),
        several => {
            let pages = several
                .iter()
                .map(|page| format!(" `{}` is {}.", page.path, page.words));
            format!(".{} Asked", pages.collect::<String>())
        }
    };
    let remarks = format!(
        "Release builds{asked_for} by a client on the same machine, {}.{}",
        turns::described(),
        comparison.remark
    );
    let text = format!("{table}\n{remarks} {}\n", machine::description());
    report::write(comparison.file, &text)
}

/// What each server is asked: the page, as somebody who comes again. All must answer the same, the
/// digits aside (a page may show the time).
fn questions<'a>(servers: &'a [Running], target: &Target) -> Result<Vec<Question<'a>>, String> {
    let mut questions = Vec::new();
    let mut expected = None;
    for server in servers {
        let first = server.send("GET", &request(server, target, None))?;
        let cookie = first
            .header("set-cookie")
            .and_then(|line| line.split(';').next());
        let request = request(server, target, cookie);
        let answer = server.send("GET", &request)?;
        let body = String::from_utf8_lossy(&answer.body);
        let body = body.replace(|letter: char| letter.is_ascii_digit(), "");
        let expected = expected.get_or_insert_with(|| body.clone());
        if body != *expected {
            let name = server.name;
            return Err(format!("{name} answers {body:?}, not {expected:?}"));
        }
        questions.push(Question {
            server,
            request,
            body_length: answer.body.len(),
        });
    }
    Ok(questions)
}

fn request(server: &Running, target: &Target, cookie: Option<&str>) -> String {
    let (path, host) = (target.path, &server.address);
    let cookie = cookie.map_or(String::new(), |pair| format!("Cookie: {pair}\r\n"));
    format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n{cookie}\r\n")
}
