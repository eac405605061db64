//! The second gateway: the same application behind tiny_http.

use std::io::Read;
use std::net::TcpListener;
use std::sync::RwLock;
use std::thread;

use tiny_http::{Header, Server};

use crate::Gate;
use crate::application::{Application, Request};

/// The largest body that is read, in bytes.
const LIMIT: u64 = 64 * 1024;

pub fn serve(listener: TcpListener, application: Application, gate: &Gate) {
    let server = Server::from_listener(listener, None).expect("the port is open");
    for incoming in server.incoming_requests() {
        let gate = gate.clone();
        // A thread for each request: one whose body is slow to come keeps nobody else waiting.
        thread::spawn(move || answer(incoming, application, &gate));
    }
}

/// tiny_http's request becomes ours, our response becomes tiny_http's. Between the two stands the call.
fn answer(mut incoming: tiny_http::Request, application: Application, gate: &RwLock<()>) {
    let mut request = Request {
        method: incoming.method().to_string(),
        target: incoming.url().to_string(),
        headers: Vec::new(),
        body: Vec::new(),
    };
    for header in incoming.headers() {
        let (name, value) = (header.field.to_string(), header.value.to_string());
        request.headers.push((name, value));
    }
    // One byte more than we want: so a body that is too long is seen, and not cut.
    let mut body = incoming.as_reader().take(LIMIT + 1);
    if body.read_to_end(&mut request.body).is_err() {
        return; // the client has left
    }
    if request.body.len() as u64 > LIMIT {
        let refusal = tiny_http::Response::from_string("A body may have 64 KiB.\n");
        let _ = incoming.respond(refusal.with_status_code(413));
        return;
    }
    let _begun = gate.read();
    let response = application(&request);

    let mut outgoing =
        tiny_http::Response::from_data(response.body).with_status_code(response.status);
    for (name, value) in response.headers {
        let header = Header::from_bytes(name, value);
        outgoing.add_header(header.expect("the application gives proper headers"));
    }
    let _ = incoming.respond(outgoing);
}
