//! On PostgreSQL: a server that restarts, and two processes that share one.

use std::io::copy;
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::{env, thread};

use wire::server::Server;
use wire::visitor::Visitor;

use crate::{Folder, can_use, command, run};

const NOTES: &str = "/api/notes/persist";

/// A database on the server that `TEST_DATABASE_URL` names.
pub struct Database {
    pub url: String,
    server: String,
    name: String,
}

impl Database {
    pub fn new() -> Option<Database> {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let server = env::var("TEST_DATABASE_URL").ok();
        can_use("TEST_DATABASE_URL", server.is_some());
        let server = server?;
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("production_{}_{number}", std::process::id());
        let (before, _) = server.rsplit_once('/').expect("the URL ends in a database");
        let database = Database {
            url: format!("{before}/{name}"),
            server: server.clone(),
            name,
        };
        database.ask(&format!("CREATE DATABASE {}", database.name));
        Some(database)
    }

    fn ask(&self, sql: &str) {
        let status = Command::new("psql")
            .args(["-q", "-c", sql, &self.server])
            .output();
        let status = status.expect("psql comes with PostgreSQL");
        assert!(
            status.status.success(),
            "{}",
            String::from_utf8_lossy(&status.stderr)
        );
    }

    fn address(&self) -> SocketAddr {
        let (_, host) = self.url.rsplit_once('@').expect("the URL names a user");
        let (host, _) = host.split_once('/').expect("the URL names a database");
        host.parse().expect("the URL names an address and a port")
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let drop = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        let _ = Command::new("psql")
            .args(["-q", "-c", &drop, &self.server])
            .output();
    }
}

/// Passes connections on to one of some servers after the other.
struct Proxy {
    address: SocketAddr,
    is_cut: Arc<AtomicBool>,
    open: Arc<Mutex<Vec<TcpStream>>>,
}

impl Proxy {
    fn to(servers: Vec<SocketAddr>) -> Proxy {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let proxy = Proxy {
            address: listener.local_addr().expect("it listens"),
            is_cut: Arc::default(),
            open: Arc::default(),
        };
        let (is_cut, open) = (Arc::clone(&proxy.is_cut), Arc::clone(&proxy.open));
        let next = AtomicUsize::new(0);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let server = servers[next.fetch_add(1, Ordering::Relaxed) % servers.len()];
                if is_cut.load(Ordering::SeqCst) {
                    continue; // dropped: the client sees it closed
                }
                let Ok(server) = TcpStream::connect(server) else {
                    continue;
                };
                let mut open = open.lock().unwrap_or_else(PoisonError::into_inner);
                for (from, to) in [(&client, &server), (&server, &client)] {
                    let (mut from, mut to) = (
                        from.try_clone().expect("a handle"),
                        to.try_clone().expect("a handle"),
                    );
                    open.push(from.try_clone().expect("a handle"));
                    thread::spawn(move || {
                        let _ = copy(&mut from, &mut to);
                        let _ = to.shutdown(Shutdown::Both);
                    });
                }
            }
        });
        proxy
    }

    /// As when the server is stopped: open connections break, new ones are closed.
    fn cut(&self) {
        self.is_cut.store(true, Ordering::SeqCst);
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        for stream in open.drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    fn mend(&self) {
        self.is_cut.store(false, Ordering::SeqCst);
    }
}

fn start(folder: &Folder, url: &str) -> Server {
    let mut server = command(folder, &[]);
    server
        .env("DATABASE_URL", url)
        .env("SECRET_KEY", "one key for all processes ".repeat(3));
    Server::start_command(&mut server).unwrap_or_else(|problem| panic!("{problem}"))
}

fn migrate(folder: &Folder, url: &str) {
    let (status, said) = run(command(folder, &["migrate"]).env("DATABASE_URL", url));
    assert_eq!(status, Some(0), "{said}");
}

#[test]
fn d10_a_database_server_that_was_away_is_found_again() {
    let Some(database) = Database::new() else {
        return;
    };
    let folder = Folder::new();
    let proxy = Proxy::to(vec![database.address()]);
    let through = database
        .url
        .replace(&database.address().to_string(), &proxy.address.to_string());
    migrate(&folder, &through);
    let server = start(&folder, &through);
    let mut visitor = Visitor::new(server.address());
    let mut post = |text: &str| {
        visitor
            .post_json(NOTES, &format!(r#"{{"text": "{text}"}}"#))
            .unwrap()
    };
    assert_eq!(post("before").status, 201);
    proxy.cut();
    let away = post("while it is away");
    assert_eq!(away.status, 503, "{}", String::from_utf8_lossy(&away.body));
    assert_eq!(away.header("retry-after"), Some("5"));
    proxy.mend();
    let back = post("after");
    assert_eq!(back.status, 201, "{}", String::from_utf8_lossy(&back.body));
    if let Ok(restart) = env::var("TEST_DATABASE_RESTART") {
        let restarted = Command::new("sh").args(["-c", &restart]).status();
        assert!(restarted.is_ok_and(|status| status.success()), "{restart}");
        let back = post("after a restart");
        assert_eq!(back.status, 201, "{}", String::from_utf8_lossy(&back.body));
    }
    let notes = String::from_utf8_lossy(&visitor.get(NOTES).unwrap().body).into_owned();
    assert!(
        notes.contains("before") && notes.contains("after"),
        "{notes}"
    );
}

#[test]
fn two_processes_share_users_and_notes() {
    let Some(database) = Database::new() else {
        return;
    };
    let folder = Folder::new();
    migrate(&folder, &database.url);
    let mut make = command(
        &folder,
        &["createsuperuser", "--username", "ada", "--noinput"],
    );
    make.env("DATABASE_URL", &database.url)
        .env("SUPERUSER_PASSWORD", "a long enough pass phrase");
    let (status, said) = run(&mut make);
    assert_eq!(status, Some(0), "{said}");
    let (one, two) = (start(&folder, &database.url), start(&folder, &database.url));
    // Each request on a connection of its own, so each at the other process than the one before.
    let proxy = Proxy::to(vec![one.address(), two.address()]);
    let mut visitor = Visitor::new(proxy.address);
    let login = [
        ("username", "ada"),
        ("password", "a+long+enough+pass+phrase"),
    ];
    let answer = visitor.post("/accounts/login/", &login).unwrap();
    assert_eq!(
        answer.status,
        302,
        "{}",
        String::from_utf8_lossy(&answer.body)
    );
    for address in [one.address(), two.address(), proxy.address] {
        visitor.goes_to(address);
        let profile = visitor.get("/accounts/profile/").unwrap();
        assert_eq!(profile.status, 200, "logged in at the other process");
    }
    visitor.goes_to(one.address());
    let note = visitor
        .post_json(NOTES, r#"{"text": "seen by both"}"#)
        .unwrap();
    assert_eq!(note.status, 201);
    visitor.goes_to(two.address());
    let notes = visitor.get(NOTES).unwrap();
    assert!(String::from_utf8_lossy(&notes.body).contains("seen by both"));
    // The notes in memory are of one process: that is what the lesson shows.
    visitor.goes_to(one.address());
    assert_eq!(
        visitor
            .post_json("/api/notes", r#"{"text": "here"}"#)
            .unwrap()
            .status,
        201
    );
    visitor.goes_to(two.address());
    assert!(!String::from_utf8_lossy(&visitor.get("/api/notes").unwrap().body).contains("here"));
}

#[test]
fn two_processes_count_failed_logins_together() {
    let Some(database) = Database::new() else {
        return;
    };
    let folder = Folder::new();
    migrate(&folder, &database.url);
    let servers = [start(&folder, &database.url), start(&folder, &database.url)];
    let mut visitor = Visitor::new(servers[0].address());
    let wrong = [("username", "ada"), ("password", "not+it")];
    let mut failed = 0;
    loop {
        visitor.goes_to(servers[failed % 2].address());
        let answer = visitor.post("/accounts/login/", &wrong).unwrap();
        if answer.status == 429 {
            break;
        }
        failed += 1;
        assert!(failed < 30, "nobody counts");
    }
    visitor.goes_to(servers[(failed + 1) % 2].address());
    let answer = visitor.post("/accounts/login/", &wrong).unwrap();
    assert_eq!(answer.status, 429, "the other process knows it too");
}

#[test]
fn the_password_of_the_database_is_never_said() {
    let folder = Folder::new();
    for url in [
        "postgres://ada:hush-hush@127.0.0.1:1/notes",
        "postgres://ada:hush-hush@127.0.0.1:x/notes",
        "postgres://ada:hush-hush@/?port=no",
        "mysql://ada:hush-hush@127.0.0.1/notes",
    ] {
        for arguments in [&["migrate"][..], &["check"], &["check", "--deploy"], &[]] {
            let mut tried = command(&folder, arguments);
            let (status, said) = run(tried.env("DATABASE_URL", url).env("PORT", "0"));
            assert!(matches!(status, Some(1 | 2)), "{url}: {said}");
            assert!(!said.contains("hush-hush"), "{said}");
        }
    }
}
