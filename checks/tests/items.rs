//! What lesson 09 must do that a request file cannot say: many clients at once, and an end that
//! nobody has announced.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::thread;

use house::build::ServerName;
use wire::server::Server;
use wire::{Answer, Connection};

const CLIENTS: usize = 32;

fn ask(connection: &mut Connection, method: &str, target: &str, body: &str) -> Answer {
    let request = format!(
        "{method} {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    connection.send(request.as_bytes()).unwrap();
    connection.answer(method).unwrap().expect("not closed")
}

fn connect(server: &Server) -> Connection {
    Connection::new(server.connect().unwrap())
}

#[test]
fn of_32_clients_with_one_name_one_is_told_200_and_the_others_409() {
    let server = Server::of("lesson-09");
    let mut told = BTreeMap::new();
    thread::scope(|scope| {
        let post = |price: usize| {
            let body = format!(r#"{{"name": "race", "price": {price}}}"#);
            let answer = ask(&mut connect(&server), "POST", "/items/new/", &body);
            (answer.status, price)
        };
        let clients: Vec<_> = (0..CLIENTS)
            .map(|price| scope.spawn(move || post(price)))
            .collect();
        for client in clients {
            let (status, price) = client.join().expect("no client panics");
            told.entry(status).or_insert_with(Vec::new).push(price);
        }
    });
    assert_eq!(told[&200].len(), 1, "{told:?}");
    assert_eq!(told[&409].len(), CLIENTS - 1, "{told:?}");
    let kept = ask(&mut connect(&server), "GET", "/items/race/", "");
    let winner = format!(r#"{{"_id":"race","price":{}}}"#, told[&200][0]);
    assert_eq!(String::from_utf8_lossy(&kept.body), winner);
}

#[test]
fn items_in_a_file_outlive_a_server_that_is_killed() {
    let file = File::new();
    let server = file.server();
    let mut connection = connect(&server);
    for number in 0..100 {
        let body = format!(r#"{{"name": "item {number}", "price": "{number}.50"}}"#);
        assert_eq!(
            ask(&mut connection, "POST", "/items/new/", &body).status,
            200
        );
    }
    drop(server); // this kills it

    let server = file.server();
    let mut connection = connect(&server);
    for number in 0..100 {
        let target = format!("/items/item%20{number}/");
        let answer = ask(&mut connection, "GET", &target, "");
        let kept = format!(r#"{{"_id":"item {number}","price":{number}.50}}"#);
        assert_eq!(String::from_utf8_lossy(&answer.body), kept);
    }
}

/// A folder with a database, gone when the test ends.
struct File(PathBuf);

impl File {
    fn new() -> File {
        let name = format!("lesson-09-{}", std::process::id());
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&folder).expect("a folder for the test");
        File(folder)
    }

    fn server(&self) -> Server {
        let url = format!("sqlite:{}", self.0.join("items.sqlite3").display());
        let name = ServerName::parse("lesson-09").expect("a package");
        Server::start(&name, &[("DATABASE_URL".into(), url)]).unwrap()
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
