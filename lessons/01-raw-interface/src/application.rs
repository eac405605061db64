//! One side of the interface: the application. It does not know what calls it.

use crate::{Request, Response};

pub fn application(_request: &Request) -> Response {
    Response {
        status: 200,
        headers: vec![("Content-Type".into(), "text/plain".into())],
        body: b"Hello, World!".to_vec(),
    }
}
