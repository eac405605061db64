//! What lesson 03 must do that a request file cannot say: notice who leaves, and end well.

use std::net::SocketAddr;

use wire::Connection;
use wire::server::Server;

/// A client that has read the head of its answer.
struct Client {
    address: SocketAddr,
    connection: Connection,
}

impl Client {
    fn new(server: &Server, request: &str) -> Client {
        let stream = server.connect().unwrap();
        let address = stream.local_addr().expect("an open connection has one");
        let mut connection = Connection::new(stream);
        connection.send(request.as_bytes()).unwrap();
        let head = connection.head().unwrap().expect("a head comes at once");
        assert_eq!(head.status, 200);
        Client {
            address,
            connection,
        }
    }

    fn get(server: &Server, path: &str) -> Client {
        Client::new(
            server,
            &format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        )
    }

    fn chunk(&mut self) -> String {
        let framed = self.connection.chunk().unwrap().expect("one more chunk");
        String::from_utf8(framed).expect("the clock writes text")
    }
}

#[test]
fn a_client_that_leaves_is_noticed() {
    let server = Server::of("lesson-03");
    let mut client = Client::get(&server, "/");
    client.chunk();
    client.chunk();
    let gone = format!("{} is gone. Lines told: ", client.address);
    drop(client);
    server.wait_for_stderr(&gone);
    // A third line may have been written on a busy machine; the two that were heard were told.
    let said = server.stderr();
    let told = said.trim_end().strip_prefix(&gone).unwrap_or_default();
    let told: u32 = told.trim_end_matches('.').parse().expect("a number");
    assert!(told >= 2, "{said}");
}

#[test]
fn a_client_that_stays_is_not_said_to_be_gone() {
    let server = Server::of("lesson-03");
    let mut stays = Client::get(&server, "/");
    let mut leaves = Client::get(&server, "/events");
    leaves.chunk();
    let gone = format!("{} is gone.", leaves.address);
    drop(leaves);
    server.wait_for_stderr(&gone);
    stays.chunk();
    stays.chunk();
    assert_eq!(server.stderr().lines().count(), 1, "{}", server.stderr());
}

#[test]
fn an_answer_to_head_and_a_page_tell_nobody_the_time() {
    let server = Server::of("lesson-03");
    for request in [
        "HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /watch HTTP/1.1\r\nHost: localhost\r\n\r\n",
    ] {
        drop(Client::new(&server, request));
    }
    let mut last = Client::get(&server, "/");
    last.chunk();
    let gone = format!("{} is gone.", last.address);
    drop(last);
    server.wait_for_stderr(&gone);
    assert_eq!(server.stderr().lines().count(), 1, "{}", server.stderr());
}

#[test]
fn a_hundred_clients_hear_the_clock_at_once() {
    let server = Server::of("lesson-03");
    let mut clients: Vec<Client> = (0..100).map(|_| Client::get(&server, "/")).collect();
    for _ in 0..3 {
        for client in &mut clients {
            let chunk = client.chunk();
            assert!(chunk.starts_with("9\r\n") && chunk.len() == 14, "{chunk:?}");
        }
    }
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_every_answer_with_its_last_chunk() {
    let mut server = Server::of("lesson-03");
    let mut clients: Vec<Client> = ["/", "/any/path", "/events"]
        .map(|path| Client::get(&server, path))
        .into();
    for client in &mut clients {
        client.chunk();
    }
    server.interrupt();
    for mut client in clients {
        let rest = client.connection.rest().unwrap();
        assert!(rest.ends_with(b"0\r\n\r\n"), "{rest:?}");
    }
    assert!(server.wait().success());
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_a_server_whose_clients_say_nothing() {
    let mut server = Server::of("lesson-03");
    let _silent = server.connect().unwrap();
    let mut kept = Client::new(&server, "HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    server.interrupt();
    assert_eq!(kept.connection.rest().unwrap(), b"");
    assert!(server.wait().success());
}

/// A server that may have 20 files open, and 20 clients.
#[cfg(unix)]
#[test]
fn a_client_too_many_waits_until_others_leave() {
    use std::process::Command;

    use house::build::artifacts;

    let mut shell = Command::new("sh");
    shell
        .args(["-c", "ulimit -n 20 && exec \"$0\""])
        .arg(artifacts().executable("lesson-03", None));
    let server = Server::start_command(&mut shell).expect("a shell that starts the server");

    let mut clients: Vec<Connection> = (0..20)
        .map(|_| {
            let stream = server.connect().expect("the system queues clients");
            let mut connection = Connection::new(stream);
            let request = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
            connection.send(request).unwrap();
            connection
        })
        .collect();
    let mut last = clients.pop().expect("there are 20");
    let first = &mut clients[0];
    first.head().unwrap().expect("a head");
    // Two seconds of the clock, in which the server could not accept the last client.
    for _ in 0..3 {
        first.chunk().unwrap().expect("a line");
    }
    clients.truncate(1);
    last.head().unwrap().expect("a head");
    last.chunk().unwrap().expect("a line");
    clients[0].chunk().unwrap().expect("a line");
}
