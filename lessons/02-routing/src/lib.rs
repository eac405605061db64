//! The interface of lesson 01, and the two sides of it: the [`application`] has grown, the
//! [`gateway`] is the same file.

#![forbid(unsafe_code)]

pub mod application;
pub mod gateway;

// Named here, so that `examples/unescaped.rs` can put a careless function in its place.
use html_escape::encode_text as escape;

pub struct Request {
    pub method: String,
    /// Path and query, as they were sent: `/hello?name=Ada`.
    pub target: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

pub struct Response {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

pub type Application = fn(&Request) -> Response;
