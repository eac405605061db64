//! How many requests a second lesson 09 answers, beside the FastAPI program that it ports.
//!
//! The original is run by uvicorn with two workers. Each worker has a store of its own, so the item
//! that is asked for is put into both first.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tests::build::artifacts;
use tests::wire::{Answer, Connection};

use crate::report;

/// What is asked: how the table calls it, and the request.
struct Question {
    name: &'static str,
    method: &'static str,
    target: &'static str,
    body: &'static str,
    status: u16,
}

const KEPT: &str = r#"{"name": "Item1", "price": 12.34, "description": "Rusty old bucket"}"#;

const QUESTIONS: [Question; 2] = [
    Question {
        name: "`POST /items/new/` with a wrong price: 422",
        method: "POST",
        target: "/items/new/",
        body: r#"{"name": "Item2", "price": "Not a number"}"#,
        status: 422,
    },
    Question {
        name: "`GET /items/Item1/`",
        method: "GET",
        target: "/items/Item1/",
        body: "",
        status: 200,
    },
];

const ROUNDS: usize = 5;
const WRK: [&str; 3] = ["-t1", "-c32", "-d5s"];
const WORKERS: &str = "2";
/// How long a server may take to be ready.
const PATIENCE: Duration = Duration::from_secs(60);
/// So many right answers on new connections in a row: then every worker has the item.
const IN_A_ROW: usize = 60;

/// A server that runs, in a process group that ends with it.
struct Running {
    name: &'static str,
    child: Child,
    address: String,
}

impl Drop for Running {
    fn drop(&mut self) {
        // uvicorn's workers end with it only when it is asked to end.
        let _ = Command::new("kill")
            .arg(self.child.id().to_string())
            .status();
        let _ = self.child.wait();
    }
}

/// Runs wrk against them in turn, several times over.
///
/// # Errors
/// When wrk or the original is missing, or the two do not answer alike.
pub fn measure(python: &Path, original: &Path) -> Result<(), String> {
    if Command::new("wrk").arg("--version").output().is_err() {
        return Err("wrk is not installed. On Debian and Ubuntu: apt-get install wrk".into());
    }
    let servers = [
        lesson("lesson 09", &[])?,
        fastapi(python, original)?,
        lesson("in SQLite", &[("DATABASE_URL", "sqlite::memory:")])?,
    ];
    for server in &servers {
        prepare(server)?;
    }
    let mut rows = Vec::new();
    for question in &QUESTIONS {
        alike(&servers, question)?;
        let mut rates = [Vec::new(), Vec::new(), Vec::new()];
        for round in 1..=ROUNDS {
            for (server, rates) in servers.iter().zip(&mut rates) {
                let rate = wrk(server, question)?;
                println!(
                    "round {round}: {}: {}: {rate:.0} requests/s",
                    question.name, server.name
                );
                rates.push(rate);
            }
        }
        let times: Vec<f64> = rates[0]
            .iter()
            .zip(&rates[1])
            .map(|(ours, theirs)| ours / theirs)
            .collect();
        let [ours, theirs, in_sqlite] =
            rates.map(|rates| report::thousands(report::median(&rates) as u64));
        rows.push(vec![
            question.name.to_string(),
            ours,
            theirs,
            format!("{:.1}", report::median(&times)),
            in_sqlite,
        ]);
    }
    let remarks = format!(
        "Requests a second. Lesson 09 is a release build with its items in a map, and in the last column in SQLite in memory; FastAPI runs under uvicorn \
         (httptools, uvloop) with {WORKERS} workers and without access log, its items in mongomock. Asked by `wrk {}` on the same \
         machine, in {ROUNDS} rounds by turns: the medians of the rates, and of the ratios of each round.",
        WRK.join(" ")
    );
    let table = report::table(
        &[
            "request",
            "lesson 09",
            "FastAPI",
            "times",
            "lesson 09 with SQLite",
        ],
        &rows,
        &remarks,
    );
    println!("{table}");
    report::write("09-throughput.md", &table)
}

fn lesson(name: &'static str, env: &[(&str, &str)]) -> Result<Running, String> {
    let program = artifacts().executable("lesson-09", None);
    let mut child = Command::new(program)
        .env("PORT", "0")
        .envs(env.iter().copied())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| format!("{}: {error}", program.display()))?;
    let mut line = String::new();
    if let Some(stdout) = child.stdout.take() {
        let _ = BufReader::new(stdout).read_line(&mut line);
    }
    let address = line.trim().strip_prefix("Listening on http://");
    let address = address
        .map(str::to_string)
        .ok_or_else(|| format!("lesson 09 says {line:?}"))?;
    Ok(Running {
        name,
        child,
        address,
    })
}

fn fastapi(python: &Path, original: &Path) -> Result<Running, String> {
    let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|free| free.local_addr());
    let address = free.map_err(|error| error.to_string())?;
    let port = address.port().to_string();
    let mut uvicorn = Command::new(python);
    uvicorn
        .args([
            "-B",
            "-m",
            "uvicorn",
            "server:app",
            "--host",
            "127.0.0.1",
            "--port",
            &port,
        ])
        .args([
            "--workers",
            WORKERS,
            "--no-access-log",
            "--log-level",
            "error",
        ])
        .current_dir(original)
        .env("PORT", &port)
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let child = uvicorn
        .spawn()
        .map_err(|error| format!("{}: {error}", python.display()))?;
    let (name, address) = ("FastAPI", address.to_string());
    Ok(Running {
        name,
        child,
        address,
    })
}

/// Puts the item into every store there is.
fn prepare(server: &Running) -> Result<(), String> {
    let begun = Instant::now();
    let mut right = 0;
    while right < IN_A_ROW {
        if begun.elapsed() > PATIENCE {
            return Err(format!("{} is not ready", server.name));
        }
        let keep = ask(server, "POST", "/items/new/", KEPT);
        let found = ask(server, "GET", "/items/Item1/", "");
        match (keep, found) {
            (Ok(_), Ok(answer)) if answer.status == 200 => right += 1,
            _ => {
                right = 0;
                std::thread::sleep(Duration::from_millis(50)); // it starts, or has another store
            }
        }
    }
    Ok(())
}

/// All must give the same answer, or the race is none.
fn alike(servers: &[Running], question: &Question) -> Result<(), String> {
    let mut said = Vec::new();
    for server in servers {
        let answer = ask(server, question.method, question.target, question.body)?;
        let json: Result<serde_json::Value, _> = serde_json::from_slice(&answer.body);
        said.push((answer.status, json.map_err(|error| error.to_string())?));
    }
    match said.iter().all(|one| *one == said[0]) && said[0].0 == question.status {
        true => Ok(()),
        false => Err(format!("{}: {said:?}", question.name)),
    }
}

fn ask(server: &Running, method: &str, target: &str, body: &str) -> Result<Answer, String> {
    let stream = TcpStream::connect(&server.address).map_err(|error| error.to_string())?;
    let set = stream.set_read_timeout(Some(PATIENCE));
    set.map_err(|error| error.to_string())?;
    let mut connection = Connection::new(stream);
    let length = body.len();
    connection.send(
        format!("{method} {target} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}")
            .as_bytes(),
    )?;
    connection
        .answer(method)?
        .ok_or("there was no answer".into())
}

/// One run of wrk: the requests answered in a second, all with the status that is right.
fn wrk(server: &Running, question: &Question) -> Result<f64, String> {
    let script = Script::of(question)?;
    let output = Command::new("wrk")
        .args(WRK)
        .arg("-s")
        .arg(&script.0)
        .arg(format!("http://{}{}", server.address, question.target))
        .output()
        .map_err(|error| format!("wrk: {error}"))?;
    let said = String::from_utf8_lossy(&output.stdout);
    let number = |name: &str| -> Option<f64> {
        let line = said.lines().find_map(|line| line.trim().strip_prefix(name));
        line.and_then(|rest| rest.split_whitespace().next()?.parse().ok())
    };
    let answered = said
        .lines()
        .find_map(|line| line.trim().split_once(" requests in "));
    let answered = answered.and_then(|(count, _)| count.parse::<f64>().ok());
    let refused = number("Non-2xx or 3xx responses:").unwrap_or(0.0);
    let expected = if question.status < 400 {
        Some(0.0)
    } else {
        answered
    };
    if Some(refused) != expected || said.contains("Socket errors") {
        return Err(format!(
            "{}: wrk met other answers than {}: {said}",
            server.name, question.status
        ));
    }
    number("Requests/sec:")
        .ok_or_else(|| format!("wrk did not say how many requests were answered, but: {said}"))
}

/// A file in wrk's language, gone with the value.
struct Script(PathBuf);

impl Script {
    fn of(question: &Question) -> Result<Script, String> {
        let file = std::env::temp_dir().join(format!("measure-{}.lua", std::process::id()));
        let text = format!(
            "wrk.method = '{}'\nwrk.headers['Content-Type'] = 'application/json'\nwrk.body = [[{}]]\n",
            question.method, question.body
        );
        fs::write(&file, text).map_err(|error| format!("{}: {error}", file.display()))?;
        Ok(Script(file))
    }
}

impl Drop for Script {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}
