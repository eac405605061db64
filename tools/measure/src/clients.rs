//! What a waiting client of lesson 03 costs, as a thread and as a task.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use house::build::ServerName;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::{mpsc, watch};
use tokio::time::{sleep, timeout};
use wire::answer::{Broken, Reader};
use wire::server::Server;

use crate::machine::{self, Usage};
use crate::plot::{self, Line};
use crate::report;

/// A server, and how it keeps its clients apart.
struct Contestant {
    what: &'static str,
    package: &'static str,
    example: Option<&'static str>,
}

const CONTESTANTS: [Contestant; 2] = [
    Contestant {
        what: "a thread per client",
        package: "lesson-03",
        example: Some("threaded_clock"),
    },
    Contestant {
        what: "a task per client",
        package: "lesson-03",
        example: None,
    },
];

const CLIENTS: [u64; 4] = [500, 1000, 2000, 5000];

/// Each client hears this many lines at least.
const LINES: u64 = 5;

/// A line that comes so long after its second counts as late.
const LATE: Duration = Duration::from_millis(500);

/// A client that hears nothing for so long counts as failed.
const SILENCE: Duration = Duration::from_secs(30);

/// Of a chunk of the clock: `9`, a line end, `HH:MM:SS` and a line feed, a line end.
const CHUNK: usize = 14;

/// What was seen with a number of clients.
struct Seen {
    clients: u64,
    before: Usage,
    after: Usage,
    /// Seconds between the two.
    seconds: f64,
    lines: u64,
    late: u64,
    lost: u64,
    errors: Vec<String>,
}

impl Seen {
    fn memory(&self) -> u64 {
        self.after.resident.saturating_sub(self.before.resident)
    }

    fn kernel(&self) -> u64 {
        self.after.kernel.saturating_sub(self.before.kernel)
    }
}

/// Measures both servers with each number of clients.
///
/// # Errors
/// When a server cannot be started, or this system does not say what its processes use.
pub fn measure() -> Result<(), String> {
    let open_files = machine::raise_open_files();
    println!("Open files allowed: {open_files}.");
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| error.to_string())?;
    let mut rows = Vec::new();
    let mut lines = Vec::new();
    let mut left_out = String::new();
    for contestant in &CONTESTANTS {
        let mut points = Vec::new();
        for clients in CLIENTS {
            // Besides its clients, a process has a few dozen files open.
            if clients + 64 > open_files {
                left_out = format!(
                    "More clients than these are left out: this system allows a process {open_files} open files. "
                );
                continue;
            }
            let seen = runtime.block_on(with_clients(contestant, clients))?;
            for problem in seen.errors.iter().take(3) {
                println!("  {problem}");
            }
            rows.push(row(contestant, &seen));
            println!("{}", rows[rows.len() - 1].join(" · "));
            points.push((clients as f64, (seen.memory() + seen.kernel()) as f64 / 1e6));
        }
        lines.push(Line {
            name: contestant.what,
            points,
        });
    }
    let head = [
        "server",
        "clients",
        "threads",
        "program, KB per client",
        "kernel, KB per client",
        "together, KB per client",
        "processor, %",
        "lines heard",
        "late or lost",
        "errors",
    ];
    let remarks = format!(
        "The program's share is the growth of its resident memory from no client to all, the kernel's \
         the growth of page tables and of the stacks that it keeps for threads (1 KB is 1,000 bytes). What the \
         kernel keeps for the connections is the same for both servers and not counted. \
         Processor is the share of one processor while all clients listened. A line is late if it \
         came {} ms or more after its second. {left_out}",
        LATE.as_millis()
    );
    let table = report::table(&head, &rows, remarks.trim_end());
    println!("{table}");
    report::write("03-clients.md", &table)?;
    report::write("03-clients.svg", &plot(&lines))
}

fn row(contestant: &Contestant, seen: &Seen) -> Vec<String> {
    let processor = (seen.after.processor - seen.before.processor) / seen.seconds;
    let of_a_client = |bytes: u64| format!("{:.1}", bytes as f64 / 1e3 / seen.clients as f64);
    vec![
        contestant.what.to_string(),
        report::thousands(seen.clients),
        report::thousands(seen.after.threads),
        of_a_client(seen.memory()),
        of_a_client(seen.kernel()),
        of_a_client(seen.memory() + seen.kernel()),
        format!("{:.0}", processor * 100.0),
        report::thousands(seen.lines),
        report::thousands(seen.late + seen.lost),
        report::thousands(seen.errors.len() as u64),
    ]
}

fn plot(lines: &[Line]) -> String {
    plot::draw(&plot::Plot {
        title: "Memory of a clock with many clients",
        desc: "Memory against the number of clients that listen at once, for a server with a thread \
               for each client and one with a task for each client. Memory of the kernel for stacks and \
               page tables is included.",
        across: "clients at once",
        up: "memory of program and kernel, MB",
        unit: "MB",
        lines,
    })
}

/// Starts the server, opens the clients, waits until each has heard enough, looks, and counts.
async fn with_clients(contestant: &Contestant, clients: u64) -> Result<Seen, String> {
    let name = ServerName {
        package: contestant.package.into(),
        example: contestant.example.map(str::to_string),
    };
    let server = Server::start(&name, &[])?;
    // What the server needs for its first client ever is not of the clients.
    hear(server.address(), watch::channel(true).1, mpsc::channel(1).0).await;
    let before = machine::usage(server.pid())?;

    let (stop, stopping) = watch::channel(false);
    let (ready, mut all_ready) = mpsc::channel(64);
    let mut hearing = Vec::new();
    for number in 0..clients {
        let heard = hear(server.address(), stopping.clone(), ready.clone());
        hearing.push(tokio::spawn(heard));
        // A listener keeps only so many that it has not accepted yet.
        if number % 50 == 49 {
            sleep(Duration::from_millis(10)).await;
        }
    }
    drop(ready);
    let mut count = 0;
    while count < clients && all_ready.recv().await.is_some() {
        count += 1;
    }
    let loaded = machine::usage(server.pid())?;
    let begun = Instant::now();
    sleep(Duration::from_secs(LINES)).await;
    let after = machine::usage(server.pid())?;
    let seconds = begun.elapsed().as_secs_f64();
    stop.send_replace(true);

    let mut seen = Seen {
        clients,
        before: Usage {
            processor: loaded.processor,
            ..before
        },
        after,
        seconds,
        lines: 0,
        late: 0,
        lost: 0,
        errors: Vec::new(),
    };
    for heard in hearing {
        let heard = heard.await.map_err(|error| error.to_string())?;
        seen.lines += heard.lines;
        seen.late += heard.late;
        seen.lost += heard.due.saturating_sub(heard.lines);
        seen.errors.extend(heard.error);
    }
    Ok(seen)
}

/// What one client heard.
#[derive(Default)]
struct Heard {
    lines: u64,
    late: u64,
    /// As many lines as there should have been.
    due: u64,
    error: Option<String>,
}

/// One client: asks, and listens until it is told to stop; after [`LINES`] lines it reports itself
/// ready (or when it has failed: then nobody need wait for it).
async fn hear(
    server: SocketAddr,
    mut stopping: watch::Receiver<bool>,
    ready: mpsc::Sender<()>,
) -> Heard {
    let mut heard = Heard::default();
    let listened = listen(server, &mut heard, &mut stopping, &ready).await;
    if let Err(problem) = listened {
        heard.error = Some(problem);
        if heard.lines < LINES {
            let _ = ready.send(()).await;
        }
    }
    heard
}

async fn listen(
    server: SocketAddr,
    heard: &mut Heard,
    stopping: &mut watch::Receiver<bool>,
    ready: &mpsc::Sender<()>,
) -> Result<(), String> {
    let failed = |error: std::io::Error| error.to_string();
    let mut stream = TcpStream::connect(server).await.map_err(failed)?;
    let request = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
    stream.write_all(request).await.map_err(failed)?;

    let mut reader = Reader::default();
    let mut framing = None;
    let mut bytes = Vec::with_capacity(1024);
    let mut first_at = None;
    loop {
        let read = tokio::select! {
            read = timeout(SILENCE, stream.read_buf(&mut bytes)) => read,
            _ = stopping.wait_for(|stopping| *stopping), if heard.lines > 0 => break,
        };
        match read {
            Ok(Ok(0)) => return Err("the server closed the connection".into()),
            Ok(Ok(_)) => {}
            Ok(Err(error)) => return Err(error.to_string()),
            Err(_) => return Err(format!("nothing came for {SILENCE:?}")),
        }
        reader.take_in(&bytes);
        bytes.clear();
        let broken = |broken: Broken| broken.to_string();
        if framing.is_none() {
            let head = reader.head().map_err(broken)?;
            framing = head
                .map(|head| head.framing("GET"))
                .transpose()
                .map_err(broken)?;
        }
        let Some(framing) = &mut framing else {
            continue;
        };
        while let Some(line) = reader.body(framing).map_err(broken)? {
            if !is_line(&line.framed) {
                return Err("what came is not a line of the clock".into());
            }
            let first_at = *first_at.get_or_insert_with(Instant::now);
            let due_at = first_at + Duration::from_secs(heard.lines);
            heard.late += u64::from(due_at.elapsed() > LATE);
            heard.lines += 1;
            if heard.lines == LINES {
                let _ = ready.send(()).await;
            }
        }
    }
    let since = first_at.map_or(Duration::ZERO, |first_at| first_at.elapsed());
    // A line whose second has only begun may still be under way.
    heard.due = since.saturating_sub(LATE).as_secs() + 1;
    Ok(())
}

fn is_line(chunk: &[u8]) -> bool {
    chunk.len() == CHUNK
        && chunk.starts_with(b"9\r\n")
        && chunk.ends_with(b"\n\r\n")
        && chunk[5] == b':'
}
