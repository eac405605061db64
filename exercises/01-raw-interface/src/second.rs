//! The second gateway: the same application behind tiny_http. It takes requests and makes nothing
//! of them yet.

use std::net::TcpListener;

use tiny_http::{Response, Server};

use crate::Gate;
use crate::application::Application;

pub fn serve(listener: TcpListener, _application: Application, _gate: &Gate) {
    let server = Server::from_listener(listener, None).expect("the port is open");
    for incoming in server.incoming_requests() {
        let sorry = Response::from_string("The second gateway is not written yet.\n");
        let _ = incoming.respond(sorry.with_status_code(501));
    }
}
