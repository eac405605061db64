//! Several processes on one port: a first one that starts workers and looks after them, as
//! gunicorn's does. It answers no request itself.

use std::env;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::listen::socket;
use crate::settings::Settings;
use crate::stop::Stop;

/// How long to wait before a worker is started again: it may end at once each time.
const A_MOMENT: Duration = Duration::from_secs(1);

// ANCHOR: processes
/// Starts the workers, and says so when all of them listen.
pub fn run(settings: &Settings) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("Cannot start: {error}."))?;
    runtime.block_on(supervise(settings))
}

async fn supervise(settings: &Settings) -> Result<(), String> {
    // Bound, but never listening: it holds the port, and no connection goes to it.
    let cannot = |error| format!("Cannot use port {}: {error}.", settings.port);
    let holder = socket(settings.port, true).map_err(cannot)?;
    let address = holder.local_addr().map_err(cannot)?;
    let port = address.as_socket().map_or(0, |address| address.port());
    let stop = Stop::on_signals(Duration::ZERO)?;
    let (ready, mut all_ready) = mpsc::channel(1);
    let mut workers = JoinSet::new();
    for _ in 0..settings.processes {
        workers.spawn(keep(port, ready.clone(), stop.clone()));
    }
    for _ in 0..settings.processes {
        tokio::select! {
            _ = all_ready.recv() => {}
            Some(Ok(Err(problem))) = workers.join_next() => return Err(problem),
        }
    }
    let scheme = if settings.tls { "https" } else { "http" };
    println!("Listening on {scheme}://127.0.0.1:{port}");
    workers.join_all().await;
    Ok(())
}

/// Keeps one worker alive until it is time to stop.
async fn keep(port: u16, ready: mpsc::Sender<()>, stop: Stop) -> Result<(), String> {
    loop {
        let mut worker = start(port).await?;
        let _ = ready.send(()).await;
        tokio::select! {
            ended = worker.process.wait() => {
                if ended.as_ref().is_ok_and(ExitStatus::success) {
                    return Ok(()); // it was told to stop, and so shall we be
                }
                eprintln!("A worker has ended: {ended:?}. Another one takes its place.");
                sleep(A_MOMENT).await;
            }
            () = stop.closing() => {
                drop(worker.input); // the end of its input tells it to stop
                let _ = worker.process.wait().await;
                return Ok(());
            }
        }
    }
}
// ANCHOR_END: processes

struct Worker {
    process: Child,
    input: Option<ChildStdin>,
    _output: Lines<BufReader<ChildStdout>>,
}

/// The same program again, with the same settings. It listens when this is done.
async fn start(port: u16) -> Result<Worker, String> {
    let mut process = env::current_exe()
        .and_then(|program| {
            Command::new(program)
                .args(env::args_os().skip(1))
                .env("PORT", port.to_string())
                .env("PROCESSES", "1")
                .env("IS_WORKER", "1")
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .spawn()
        })
        .map_err(|error| format!("Cannot start a worker: {error}."))?;
    let input = process.stdin.take();
    let output = process.stdout.take().expect("its output is a pipe");
    let mut output = BufReader::new(output).lines();
    match output.next_line().await {
        Ok(Some(_)) => Ok(Worker {
            process,
            input,
            _output: output,
        }),
        _ => Err("A worker has not started: see above.".into()),
    }
}
