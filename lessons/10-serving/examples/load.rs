//! A load test: how many requests a second a server answers, and how long each takes, for more
//! and more clients at once.
//!
//! ```sh
//! cargo run --release -p lesson-10 --example load -- http://127.0.0.1:8000/hello.txt
//! ```
//!
//! Each client has a connection and asks again as soon as it has its answer. `SECONDS` says how
//! long each step lasts (default 3).
#![forbid(unsafe_code)]

use std::error::Error;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use http_body_util::{BodyExt, Empty};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::{Request, Uri};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

const STEPS: [usize; 6] = [1, 4, 16, 64, 256, 512];

#[tokio::main]
async fn main() -> ExitCode {
    let seconds = std::env::var("SECONDS").map_or(Some(3), |seconds| seconds.parse().ok());
    let target = std::env::args().nth(1).and_then(|url| url.parse().ok());
    let (Some(target), Some(seconds)) = (target, seconds) else {
        eprintln!("Say what to ask for, such as http://127.0.0.1:8000/; SECONDS is a number.");
        return ExitCode::from(2);
    };
    println!("clients  requests/s  median ms  99 % ms  worst ms  failed");
    let mut steps = Vec::new();
    for clients in STEPS {
        let step = step(&target, clients, Duration::from_secs(seconds)).await;
        println!("{step}");
        steps.push(step);
    }
    draw(&steps);
    ExitCode::SUCCESS
}

/// What a number of clients saw.
struct Step {
    clients: usize,
    rate: f64,
    /// Of the requests that were answered, sorted.
    times: Vec<Duration>,
    failed: usize,
}

// ANCHOR: step
/// Lets that many clients ask for that long.
async fn step(target: &Uri, clients: usize, lasting: Duration) -> Step {
    let mut asking = JoinSet::new();
    let begun = Instant::now();
    let end = begun + lasting;
    for _ in 0..clients {
        let target = target.clone();
        asking.spawn(async move {
            let mut times = Vec::new();
            let failed = client(&target, end, &mut times).await.is_err();
            (times, failed)
        });
    }
    let seen = asking.join_all().await;
    let failed = seen.iter().filter(|(_, failed)| *failed).count();
    let mut times: Vec<Duration> = seen.into_iter().flat_map(|(times, _)| times).collect();
    times.sort();
    let rate = times.len() as f64 / begun.elapsed().as_secs_f64();
    Step {
        clients,
        rate,
        times,
        failed,
    }
}

/// One client: asks, waits for the whole answer, asks again. An answer that is no success is a
/// failure, and the end.
async fn client(
    target: &Uri,
    end: Instant,
    times: &mut Vec<Duration>,
) -> Result<(), Box<dyn Error + Send + Sync>> {
    let host = target.host().ok_or("no host")?;
    let stream = TcpStream::connect((host, target.port_u16().unwrap_or(80))).await?;
    stream.set_nodelay(true)?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    while Instant::now() < end {
        let path = target.path_and_query().map_or("/", |path| path.as_str());
        let request = Request::get(path)
            .header("Host", host)
            .body(Empty::<Bytes>::new())?;
        let begun = Instant::now();
        let answer = sender.send_request(request).await?;
        if !answer.status().is_success() {
            return Err(answer.status().to_string().into());
        }
        answer.into_body().collect().await?;
        times.push(begun.elapsed());
    }
    Ok(())
}
// ANCHOR_END: step

impl Step {
    /// The time within which this share of the answers came, in milliseconds.
    fn within(&self, share: f64) -> f64 {
        let last = self.times.len().saturating_sub(1);
        let time = self.times.get((last as f64 * share) as usize);
        time.map_or(0.0, |time| time.as_secs_f64() * 1000.0)
    }
}

impl std::fmt::Display for Step {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (clients, rate, failed) = (self.clients, self.rate, self.failed);
        let [median, most, worst] = [0.5, 0.99, 1.0].map(|share| self.within(share));
        write!(
            formatter,
            "{clients:>7}  {rate:>10.0}  {median:>9.2}  {most:>7.2}  {worst:>8.2}  {failed:>6}"
        )
    }
}

/// Two bars for each step: what the server gave, and what the clients had to wait.
fn draw(steps: &[Step]) {
    let bars = |name: &str, value: &dyn Fn(&Step) -> f64| {
        println!("\n{name}");
        let most = steps.iter().map(value).fold(f64::MIN_POSITIVE, f64::max);
        for step in steps {
            let length = (value(step) / most * 50.0).round() as usize;
            println!("{:>7}  {}", step.clients, "█".repeat(length));
        }
    };
    bars("requests a second", &|step| step.rate);
    bars("milliseconds within which 99 % were answered", &|step| {
        step.within(0.99)
    });
}
