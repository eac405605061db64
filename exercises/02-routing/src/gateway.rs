//! The gateway: tiny_http calls the application. Nothing is to be done here.

use std::net::TcpListener;
use std::process;
use std::sync::{Arc, RwLock};
use std::thread;

use tiny_http::{Header, Server};

use crate::application::Response;

/// The interface: method and target, as they came, to a response.
pub type Application = fn(&str, &str) -> Response;

/// Serves the application until Ctrl-C.
pub fn serve(listener: TcpListener, application: Application) {
    // Each request that has begun holds the gate for reading. Ctrl-C wants it for writing, which it
    // gets when nobody holds it any more.
    let gate = Arc::new(RwLock::new(()));
    let closing = gate.clone();
    ctrlc::set_handler(move || {
        let _all_answered = closing.write();
        process::exit(0);
    })
    .expect("nobody else has set a handler");

    let address = listener.local_addr().expect("a bound port has an address");
    let server = Server::from_listener(listener, None).expect("the port is open");
    println!("Listening on http://{address}");
    for request in server.incoming_requests() {
        let gate = gate.clone();
        thread::spawn(move || {
            let _begun = gate.read();
            answer(request, application);
        });
    }
}

fn answer(request: tiny_http::Request, application: Application) {
    let response = application(&request.method().to_string(), request.url());
    let mut outgoing =
        tiny_http::Response::from_string(response.body).with_status_code(response.status);
    for (name, value) in response.headers {
        let header = Header::from_bytes(name, value);
        outgoing.add_header(header.expect("the application gives proper headers"));
    }
    // The client may have left: nobody is there to be told.
    let _ = request.respond(outgoing);
}
