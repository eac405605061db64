//! A client for servers that differ by little: it asks one after the other, each for a few
//! hundredths of a second, over and over, and starts them all anew from time to time.
//!
//! What else the machine does changes within seconds. Within one round of turns it is about the
//! same for all servers, and over many rounds it averages out. A server that is started again has
//! its memory and its connections lie elsewhere, which can change its rate by some hundredths: so a
//! start counts as one measurement, however often the server has had its turn. wrk asks for a
//! second at least, and takes each header of an answer apart, on the processors that the server
//! needs; this client looks only whether an answer is whole.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::running::Running;
use crate::wrk::{self, Run};
use crate::{machine, report};

/// How often the servers are started.
pub const STARTS: usize = 20;
/// How often each of them has its turn then.
const ROUNDS: usize = 25;
/// How long a turn lasts.
const TURN: Duration = Duration::from_millis(30);
/// Rounds before those that count: a server's first requests take longer.
const WARM_UP: usize = 3;
/// How many requests are under way at once, each on a connection of its own.
const CONNECTIONS: usize = 32;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// Room for the longest answer, in bytes.
const LONGEST: usize = 16 * 1024;

/// What is asked of a server, and how long the body of its answer is.
pub struct Question<'a> {
    pub server: &'a Running,
    /// The whole request.
    pub request: String,
    pub body_length: usize,
}

/// Asks each server by turns.
///
/// # Errors
/// When a server gives another answer than one with a status of 200 and a body of that length.
pub fn ask(questions: &[Question<'_>]) -> Result<Vec<Run>, String> {
    let clients = questions.iter().map(Client::new);
    let mut clients = clients.collect::<Result<Vec<Client>, String>>()?;
    for round in 0..WARM_UP + ROUNDS {
        if round == WARM_UP {
            for client in &mut clients {
                client.begin()?;
            }
        }
        // Another one begins each time: what follows upon a certain neighbour follows upon all.
        for turn in 0..clients.len() {
            let index = (turn + round) % clients.len();
            let client = &mut clients[index];
            let name = client.name;
            let turn = client.turn();
            turn.map_err(|problem| format!("{name}: {problem}"))?;
        }
    }
    clients.iter().map(Client::run).collect()
}

struct Client {
    name: &'static str,
    pid: u32,
    connections: Vec<TcpStream>,
    request: Vec<u8>,
    body_length: usize,
    answered: u64,
    time: Duration,
    /// The processor time that the server had taken before, in seconds.
    spent_before: f64,
}

impl Client {
    fn new(question: &Question<'_>) -> Result<Client, String> {
        let connect = |_| {
            let stream = TcpStream::connect(question.server.address)?;
            stream.set_nodelay(true)?;
            stream.set_read_timeout(Some(PATIENCE))?;
            Ok(stream)
        };
        let connections = (0..CONNECTIONS).map(connect);
        let connections = connections.collect::<io::Result<Vec<TcpStream>>>();
        Ok(Client {
            name: question.server.name,
            pid: question.server.pid(),
            connections: connections.map_err(|error| error.to_string())?,
            request: question.request.clone().into_bytes(),
            body_length: question.body_length,
            answered: 0,
            time: Duration::ZERO,
            spent_before: 0.0,
        })
    }

    /// From here on it counts.
    fn begin(&mut self) -> Result<(), String> {
        self.answered = 0;
        self.time = Duration::ZERO;
        self.spent_before = machine::processor_of_family(self.pid)?;
        Ok(())
    }

    /// Goes round the connections: reads an answer, sends the next request. The server has the
    /// requests of all the others meanwhile.
    fn turn(&mut self) -> Result<(), String> {
        let begun = Instant::now();
        let mut buffer = [0; LONGEST];
        for stream in &mut self.connections {
            send(stream, &self.request)?;
        }
        let mut last = false;
        while !last {
            last = begun.elapsed() >= TURN;
            for stream in &mut self.connections {
                read_answer(stream, &mut buffer, self.body_length)?;
                self.answered += 1;
                if !last {
                    send(stream, &self.request)?;
                }
            }
        }
        self.time += begun.elapsed();
        Ok(())
    }

    /// What all turns have shown.
    fn run(&self) -> Result<Run, String> {
        let spent = machine::processor_of_family(self.pid)? - self.spent_before;
        Ok(Run {
            rate: self.answered as f64 / self.time.as_secs_f64(),
            cost: spent * 1e6 / self.answered as f64,
        })
    }
}

fn send(stream: &mut impl Write, request: &[u8]) -> Result<(), String> {
    let sent = stream.write_all(request);
    sent.map_err(|error| format!("a request cannot be sent: {error}"))
}

/// Reads one answer with a status of 200 and a body of that length.
fn read_answer(
    stream: &mut impl Read,
    buffer: &mut [u8],
    body_length: usize,
) -> Result<(), String> {
    let mut length = 0;
    loop {
        let answer = &buffer[..length];
        if is_whole(answer, body_length) {
            break;
        }
        let read = stream.read(&mut buffer[length..]);
        length += match read {
            Ok(0) => return Err(unexpected(&buffer[..length])),
            Ok(read) => read,
            Err(error) => return Err(format!("{error}; {}", unexpected(&buffer[..length]))),
        };
    }
    if !buffer.starts_with(b"HTTP/1.1 200 ") {
        return Err(unexpected(&buffer[..length]));
    }
    Ok(())
}

/// The blank line behind the head stands as far from the end as the body is long.
fn is_whole(answer: &[u8], body_length: usize) -> bool {
    let head = answer.len().checked_sub(body_length);
    head.is_some_and(|head| answer[..head].ends_with(b"\r\n\r\n"))
}

fn unexpected(answer: &[u8]) -> String {
    format!(
        "not the answer that was expected: {:?}",
        String::from_utf8_lossy(answer)
    )
}

/// How many times as fast a server was as another one, and the error of that figure: the mean of
/// the ratios of each start, and its standard error. It is the mean of their logarithms that is
/// taken (the geometric mean): with the plain one, a server would seem faster than itself, the more
/// so the more its rates swing.
pub fn ratio(runs: &[Run], others: &[Run]) -> (f64, f64) {
    let pairs = runs.iter().zip(others);
    let ratios: Vec<f64> = pairs
        .map(|(run, other)| (run.rate / other.rate).ln())
        .collect();
    let count = ratios.len() as f64;
    let mean = ratios.iter().sum::<f64>() / count;
    let squares: f64 = ratios.iter().map(|ratio| (ratio - mean).powi(2)).sum();
    let error = (squares / (count - 1.0) / count).sqrt();
    (mean.exp(), mean.exp() * error)
}

/// How the servers were asked, for the remarks below a table.
pub fn described() -> String {
    format!(
        "on {CONNECTIONS} connections, each server {ROUNDS} times for {} ms, by turns; all started {STARTS} \
         times: the medians of the rates, the mean of the ratios at each start (±: its standard error), \
         and the median of the processor time that the server took for a request",
        TURN.as_millis()
    )
}

/// The row of a server in a table: its rate, how it does beside those, and its cost.
pub fn row(name: &str, runs: &[Run], held_against: &[Vec<Run>]) -> Vec<String> {
    let rate = wrk::median(runs, |run| run.rate);
    let mut row = vec![name.to_string(), report::thousands(rate as u64)];
    row.extend(held_against.iter().map(|others| match ratio(runs, others) {
        (_, 0.0) => "1".to_string(), // the server itself
        (ratio, error) => format!("{ratio:.3} ± {error:.3}"),
    }));
    row.push(format!("{:.1}", wrk::median(runs, |run| run.cost)));
    row
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives its pieces, one at each call, as a network does.
    struct Pieces<'a>(&'a [&'a str]);

    impl Read for Pieces<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let Some((first, rest)) = self.0.split_first() else {
                return Ok(0);
            };
            self.0 = rest;
            buffer[..first.len()].copy_from_slice(first.as_bytes());
            Ok(first.len())
        }
    }

    fn read(pieces: &[&str], body_length: usize) -> Result<(), String> {
        read_answer(&mut Pieces(pieces), &mut [0; 100], body_length)
    }

    #[test]
    fn an_answer_may_come_in_pieces() {
        assert_eq!(read(&["HTTP/1.1 200 OK\r\na: b\r\n\r\nhello"], 5), Ok(()));
        assert_eq!(
            read(&["HTTP/1.1 200 OK\r\n", "\r\n", "he", "llo"], 5),
            Ok(())
        );
        assert_eq!(read(&["HTTP/1.1 200 OK\r\n\r\n"], 0), Ok(()));
    }

    #[test]
    fn another_answer_is_an_error() {
        let short = read(&["HTTP/1.1 200 OK\r\n\r\nhell"], 5).unwrap_err();
        assert!(short.contains("hell"), "{short}");
        let other = read(&["HTTP/1.1 500 Oh\r\n\r\nhello"], 5).unwrap_err();
        assert!(other.contains("500 Oh"), "{other}");
        let silent = read(&[], 5).unwrap_err();
        assert!(silent.contains("not the answer"), "{silent}");
    }

    fn runs(rates: [f64; 2]) -> [Run; 2] {
        rates.map(|rate| Run { rate, cost: 1.0 })
    }

    #[test]
    fn a_ratio_and_its_opposite_cancel_out() {
        let (mean, error) = ratio(&runs([2.0, 1.0]), &runs([1.0, 2.0]));
        assert!((mean - 1.0).abs() < 1e-12, "{mean}");
        assert!((error - 2f64.ln()).abs() < 1e-12, "{error}");
        let (mean, error) = ratio(&runs([9.0, 18.0]), &runs([10.0, 20.0]));
        assert!((mean - 0.9).abs() < 1e-12, "{mean}");
        assert!(error < 1e-12, "{error}");
    }
}
