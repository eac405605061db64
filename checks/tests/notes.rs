//! What lesson 06 must do that a request file cannot say: many clients at once.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use serde_json::{Value, json};
use wire::server::Server;
use wire::{Answer, Connection};

const CLIENTS: usize = 32;
const NOTES: usize = 1000;

/// A connection that asks for the notes and adds to them.
struct Client(Connection);

impl Client {
    fn new(server: &Server) -> Client {
        Client(Connection::new(server.connect().unwrap()))
    }

    fn ask(&mut self, method: &str, target: &str, body: &str) -> Answer {
        let request = format!(
            "{method} {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        self.0.send(request.as_bytes()).unwrap();
        self.0.answer(method).unwrap().expect("not closed")
    }

    fn post(&mut self, body: &str) -> Answer {
        self.ask("POST", "/api/notes", body)
    }

    /// Adds a note to this version of the list.
    fn post_to(&mut self, version: &str, body: &str) -> Answer {
        let request = format!(
            "POST /api/notes HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nIf-Match: {version}\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        self.0.send(request.as_bytes()).unwrap();
        self.0.answer("POST").unwrap().expect("not closed")
    }

    fn list(&mut self) -> Vec<Value> {
        let answer = self.ask("GET", "/api/notes", "");
        assert_eq!(answer.status, 200);
        notes(&answer)
    }
}

fn notes(answer: &Answer) -> Vec<Value> {
    let notes = serde_json::from_slice(&answer.body);
    notes.expect("all notes, as JSON")
}

#[test]
fn each_of_1000_notes_of_32_clients_is_kept_once() {
    let server = Server::of("lesson-06");
    let next = AtomicUsize::new(0);
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        let posting: Vec<_> = (0..CLIENTS)
            .map(|_| {
                scope.spawn(|| {
                    let mut client = Client::new(&server);
                    loop {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        if number >= NOTES {
                            return;
                        }
                        let text = format!("note {number}");
                        let body = json!({ "text": text }).to_string();
                        let answer = client.post(&body);
                        assert_eq!(answer.status, 201);
                        // Its own note is the last of those that it is told.
                        assert_eq!(notes(&answer).last().expect("a note")["text"], text);
                    }
                })
            })
            .collect();
        // Meanwhile the list and the page can be read, and the list grows.
        let reading = scope.spawn(|| {
            let mut client = Client::new(&server);
            let mut seen = 0;
            while !done.load(Ordering::Relaxed) {
                let now = client.list().len();
                assert!(now >= seen, "{seen} notes, and then {now}");
                seen = now;
                assert_eq!(client.ask("GET", "/", "").status, 200);
            }
        });
        let posted: Vec<_> = posting.into_iter().map(|client| client.join()).collect();
        done.store(true, Ordering::Relaxed);
        assert!(posted.iter().all(Result::is_ok), "a client failed");
        reading.join().expect("GET never fails");
    });
    let kept = Client::new(&server).list();
    let different: BTreeSet<&str> = kept
        .iter()
        .filter_map(|note| note["text"].as_str())
        .collect();
    assert_eq!((kept.len(), different.len()), (NOTES, NOTES));
}

#[test]
fn of_32_clients_that_have_read_the_same_version_one_adds_its_note() {
    let server = Server::of("lesson-06");
    let statuses: Vec<u16> = thread::scope(|scope| {
        let posting: Vec<_> = (0..CLIENTS)
            .map(|number| {
                let server = &server;
                scope.spawn(move || {
                    let body = format!(r#"{{"text":"note {number}"}}"#);
                    Client::new(server).post_to("\"0\"", &body).status
                })
            })
            .collect();
        let posted = posting.into_iter().map(|client| client.join());
        posted.map(|status| status.expect("an answer")).collect()
    });
    let with = |status| statuses.iter().filter(|found| **found == status).count();
    assert_eq!((with(201), with(412)), (1, CLIENTS - 1), "{statuses:?}");
    assert_eq!(Client::new(&server).list().len(), 1);
}

#[test]
fn a_client_that_is_slow_to_send_its_note_loses_nobody_elses() {
    let server = Server::of("lesson-06");
    // Ada announces a note and asks to be told when to send it. Bob's note comes in between.
    let mut ada = Client::new(&server);
    let head = "POST /api/notes HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 14\r\nExpect: 100-continue\r\n\r\n";
    ada.0.send(head.as_bytes()).unwrap();
    ada.0.interim().unwrap();
    let mut bob = Client::new(&server);
    assert_eq!(bob.post(r#"{"text":"Bob"}"#).status, 201);
    ada.0.send(br#"{"text":"Ada"}"#).unwrap();
    assert_eq!(
        ada.0.answer("POST").unwrap().expect("not closed").status,
        201
    );
    let kept = bob.list();
    let texts: Vec<&str> = kept
        .iter()
        .filter_map(|note| note["text"].as_str())
        .collect();
    assert_eq!(texts, ["Bob", "Ada"]);
}
