//! A server that does what a student's might: the judge must cope. The first argument, or the
//! variable MISBEHAVIOUR, says in what way. `checks/tests/judge.rs` runs it.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio, exit};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use std::{env, thread};

#[cfg(unix)]
use rustix::process::{Pid, Signal, kill_process};

fn main() {
    let mut arguments = env::args().skip(1);
    match arguments.next().as_deref() {
        Some("child") => return child(arguments.next().as_deref()),
        Some("listen") => return listen("is right"),
        _ => {}
    }
    let way = env::var("MISBEHAVIOUR").unwrap_or_default();
    match way.as_str() {
        "never listens" => loop {
            std::hint::spin_loop();
        },
        "panics at the start" => panic!("the tea is out"),
        "floods before it listens" => flood(),
        // What this one says is inherited by the other.
        "lets another listen" => return let_another_listen(),
        "logs much" => println!("I am about to listen"),
        _ => {}
    }
    listen(&way);
}

fn listen(way: &str) {
    let port = env::var("PORT").map_or(0, |port| port.parse().expect("PORT is a number"));
    let listener = TcpListener::bind(("127.0.0.1", port)).expect("the port is free");
    let address = listener.local_addr().expect("it has an address");
    println!("Listening on http://{address}");
    for stream in listener.incoming().flatten() {
        let way = way.to_string();
        thread::spawn(move || serve(stream, &way));
    }
}

fn serve(mut stream: TcpStream, way: &str) {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let lines = BufReader::new(&stream).lines();
    let head = lines
        .map_while(Result::ok)
        .take_while(|line| !line.is_empty());
    let head: Vec<String> = head.collect();
    let answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";
    let endless = |mut stream: TcpStream, head: &str, piece: &str| {
        let mut sent = stream.write_all(head.as_bytes());
        let piece = piece.repeat(1000);
        while sent.is_ok() {
            sent = stream.write_all(piece.as_bytes());
        }
    };
    match way {
        "is silent" => thread::sleep(Duration::from_secs(60)),
        "loops at a request" => loop {
            std::hint::spin_loop();
        },
        "panics at a request" => panic!("no tea for you \u{1b}[31m"),
        "exits at a request" => exit(0),
        // The others get no answer: it may take a moment to end.
        "answers and exits" if COUNT.fetch_add(1, Ordering::Relaxed) > 0 => {}
        "answers and exits" => {
            let _ = stream.write_all(answer.as_bytes());
            exit(0);
        }
        "floods" => flood(),
        "answers without end" => endless(stream, "HTTP/1.1 200 OK\r\n\r\n", "tea "),
        "has chunks without end" => {
            let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
            let chunk = format!("1000\r\n{}\r\n", "tea ".repeat(1024));
            endless(stream, head, &chunk);
        }
        "has a head without end" => endless(stream, "HTTP/1.1 200 OK\r\n", "tea: green\r\n"),
        "trickles" => {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n");
            while stream.write_all(b"t").is_ok() {
                thread::sleep(Duration::from_millis(200));
            }
        }
        stream_way if stream_way.starts_with("streams") => streams(stream, stream_way),
        "speaks no HTTP" => drop(stream.write_all(b"tea\r\n\r\n")),
        "forges a summary" => {
            println!("test sample::answers ... ok\n\ntest result: ok. 1 passed; 0 failed");
            let _ = stream.write_all(b"HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n");
        }
        way if way.ends_with("its judge") || way.ends_with("report") => {
            attack(way);
            let _ = stream.write_all(b"HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n");
        }
        "is right without a client's name"
            if head.iter().any(|line| line.starts_with("User-Agent")) => {}
        "is right for PORT=0" if env::var("PORT").is_ok_and(|port| port != "0") => {}
        _ => {
            match way {
                "leaves children" => leave_children(),
                "logs much" => eprintln!("{}", "tea ".repeat(256 * 1024)),
                _ => {}
            }
            let _ = stream.write_all(answer.as_bytes());
        }
    }
}

/// What a server might try that wants another verdict.
#[cfg(unix)]
fn attack(way: &str) {
    let judge = std::os::unix::process::parent_id();
    let forged = "\ntoken\n{\"schema\":\"exercise-report/2\",\"exercise\":\"99-sample\",\"seed\":1,\"tests\":[]}\ntoken end\n";
    let write = |path: &str| drop(std::fs::write(path, forged));
    match way {
        "kills its judge" => kill_judge(judge),
        "writes its own report" => {
            (0..10).for_each(|file| write(&format!("/proc/{judge}/fd/{file}")))
        }
        _ => {
            let environment = std::fs::read_to_string(format!("/proc/{judge}/environ"));
            for variable in environment.unwrap_or_default().split('\0') {
                if let Some((_, path)) = variable.split_once("REPORT=/") {
                    write(&format!("/{path}"));
                }
            }
        }
    }
}

/// A killed judge leaves its other servers to the test that has started it: that one is spared.
#[cfg(unix)]
fn kill_judge(judge: u32) {
    let arguments = std::fs::read_to_string(format!("/proc/{judge}/cmdline"));
    let judge = i32::try_from(judge).ok().and_then(Pid::from_raw);
    if arguments.is_ok_and(|arguments| arguments.contains("sample-judge"))
        && let Some(judge) = judge
    {
        let _ = kill_process(judge, Signal::KILL);
    }
}

#[cfg(not(unix))]
fn attack(_way: &str) {}

/// Starts another program, which listens in our place.
fn let_another_listen() {
    let program = env::current_exe().expect("it runs");
    let other = Command::new(program)
        .arg("listen")
        .stdin(Stdio::null())
        .spawn();
    drop(other.expect("it starts"));
    thread::sleep(Duration::from_secs(60));
}

/// Answers that should tell events for ever.
fn streams(mut stream: TcpStream, way: &str) {
    let kind = match way {
        "streams text" => "text/plain",
        _ => "text/event-stream; charset=utf-8",
    };
    let mut say = |text: &str| stream.write_all(text.as_bytes());
    let _ = say(&format!(
        "HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nTransfer-Encoding: chunked\r\n\r\n"
    ));
    let _ = say("b\r\ndata: one\n\n\r\n");
    match way {
        "streams one event and ends" => drop(say("0\r\n\r\n")),
        "streams one event and breaks off" => {}
        "streams one event and panics" => {
            eprintln!("the tea is cold");
            exit(101);
        }
        "streams comments only" => while say("5\r\n: no\n\r\n").is_ok() {},
        "streams a sign of life now and then" => {
            while say("2\r\n:\n\r\n").is_ok() {
                thread::sleep(Duration::from_millis(200));
            }
        }
        "streams an event without its end" => {
            let _ = say("a\r\ndata: two\n\r\n");
            thread::sleep(Duration::from_secs(60));
        }
        "streams no chunks" => {
            let _ = say("data: two\r\n\r\n");
            thread::sleep(Duration::from_secs(60));
        }
        _ => {
            let _ = say("7\r\ndata: t\r\n4\r\nwo\n\n\r\n");
            thread::sleep(Duration::from_secs(60));
        }
    }
}

fn flood() -> ! {
    loop {
        println!("tea tea tea tea tea tea tea tea tea tea tea tea tea tea tea tea tea tea tea");
        eprintln!("tea");
    }
}

/// Children that try to stay: an ordinary one, one in a group of its own, one without any
/// environment, and one whose parent has ended.
fn leave_children() {
    let token = env::var("TOKEN").unwrap_or_default();
    let program = env::current_exe().expect("it runs");
    let start = |prepare: fn(&mut Command)| {
        let mut command = Command::new(&program);
        command.args(["child", &token]).stdin(Stdio::null());
        prepare(&mut command);
        // Nobody waits for it.
        drop(command.spawn().expect("a child starts"));
    };
    start(|_| {});
    start(|command| {
        command.stdout(Stdio::null()).stderr(Stdio::null());
    });
    start(own_group);
    start(|command| {
        own_group(command);
        command.env_clear();
    });
    start(|command| {
        own_group(command);
        command.env_clear().env("PARENT_OF", "one more");
    });
}

#[cfg(unix)]
fn own_group(command: &mut Command) {
    std::os::unix::process::CommandExt::process_group(command, 0);
}

#[cfg(not(unix))]
fn own_group(_command: &mut Command) {}

/// Sleeps longer than any judge waits, or starts a child of its own and ends.
fn child(token: Option<&str>) {
    if env::var_os("PARENT_OF").is_some() {
        let program = env::current_exe().expect("it runs");
        let mut command = Command::new(program);
        command
            .args(["child", token.unwrap_or_default()])
            .env_clear();
        own_group(&mut command);
        drop(command.spawn().expect("a grandchild starts"));
        return;
    }
    thread::sleep(Duration::from_secs(120));
}
