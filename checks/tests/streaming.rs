//! What lesson 03 must do that a request file cannot say: notice who leaves, and end well.

use std::net::SocketAddr;

use tests::server::Server;
use tests::wire::Connection;

/// A client that has asked for a stream and has read the head of its answer.
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
    let address = client.address;
    drop(client);
    server.wait_for_stderr(&format!("{address} left after "));
    // A third line may have been written on a busy machine, a line too few never.
    let lines: u32 = server
        .stderr()
        .split(" left after ")
        .nth(1)
        .and_then(|rest| rest.split(' ').next()?.parse().ok())
        .expect("the line tells how many lines there were");
    assert!(lines >= 2, "{}", server.stderr());
}

#[test]
fn a_client_that_stays_is_not_said_to_have_left() {
    let server = Server::of("lesson-03");
    let mut stays = Client::get(&server, "/");
    let leaves = Client::get(&server, "/events");
    let gone = leaves.address;
    drop(leaves);
    server.wait_for_stderr(&format!("{gone} left after "));
    stays.chunk();
    stays.chunk();
    assert_eq!(server.stderr().lines().count(), 1, "{}", server.stderr());
}

#[test]
fn an_answer_to_head_and_a_page_are_no_streams_to_leave() {
    let server = Server::of("lesson-03");
    for request in [
        "HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /watch HTTP/1.1\r\nHost: localhost\r\n\r\n",
    ] {
        drop(Client::new(&server, request));
    }
    let last = Client::get(&server, "/");
    let address = last.address;
    drop(last);
    server.wait_for_stderr(&format!("{address} left after "));
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
fn ctrl_c_ends_every_stream_with_its_last_chunk() {
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
    assert_eq!(server.stderr(), "");
}

#[cfg(unix)]
#[test]
fn http_1_0_gets_bare_lines_and_the_end_of_the_connection_as_their_end() {
    let server = Server::of("lesson-03");
    let mut client = Client::new(&server, "GET / HTTP/1.0\r\n\r\n");
    server.interrupt();
    let body = client.connection.rest().unwrap();
    let body = String::from_utf8(body).expect("the clock writes text");
    assert!(!body.contains('\r'), "{body:?}");
    assert!(body.lines().all(|line| line.len() == "12:00:00".len()));
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

/// A server that may have so few files open that a handful of clients is one too many.
#[cfg(unix)]
#[test]
fn a_client_too_many_waits_until_another_leaves() {
    use std::io::{BufRead, BufReader};
    use std::net::TcpStream;
    use std::process::{Child, Command, Stdio};
    use std::sync::mpsc::channel;
    use std::thread;

    use tests::build::artifacts;
    use tests::server::PATIENCE;

    struct Killed(Child);
    impl Drop for Killed {
        fn drop(&mut self) {
            let _ = self.0.kill();
            let _ = self.0.wait();
        }
    }
    let mut shell = Command::new("sh");
    shell
        .args(["-c", "ulimit -n 20 && exec \"$0\""])
        .arg(artifacts().executable("lesson-03", None))
        .env("PORT", "0")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut server = Killed(shell.spawn().expect("a shell"));
    let mut listening = String::new();
    BufReader::new(server.0.stdout.take().expect("stdout is piped"))
        .read_line(&mut listening)
        .expect("the server says where it listens");
    let address = listening
        .trim_end()
        .strip_prefix("Listening on http://")
        .expect("the server says where it listens");
    let stderr = BufReader::new(server.0.stderr.take().expect("stderr is piped"));
    let (said, hear) = channel();
    thread::spawn(move || {
        for line in stderr.lines().map_while(Result::ok) {
            let _ = said.send(line);
        }
    });

    let mut clients: Vec<Connection> = (0..20)
        .map(|_| {
            let stream = TcpStream::connect(address).expect("the system queues clients");
            stream.set_read_timeout(Some(PATIENCE)).unwrap();
            let mut connection = Connection::new(stream);
            let request = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
            connection.send(request).unwrap();
            connection
        })
        .collect();
    let line = hear.recv_timeout(PATIENCE).expect("the server complains");
    assert!(line.starts_with("Cannot accept a client: "), "{line}");

    // The first client is served all the while, and the last as soon as others have left.
    let mut last = clients.pop().expect("there are 20");
    clients.truncate(1);
    for client in [&mut clients[0], &mut last] {
        assert_eq!(client.head().unwrap().expect("a head").status, 200);
        client.chunk().unwrap().expect("a line");
    }
}
