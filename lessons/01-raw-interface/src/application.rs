//! The application: a function from a request to a response. There is no socket here,
//! no thread and no clock, so it does not matter who calls it.

// ANCHOR: types
pub struct Request {
    pub method: String,
    /// Path and query, not decoded: `/hello?name=Ada`.
    pub target: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

pub struct Response {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}
// ANCHOR_END: types

// ANCHOR: application
pub fn application(_request: &Request) -> Response {
    Response {
        status: 200,
        headers: vec![("content-type".into(), "text/plain".into())],
        body: b"Hello, World!".to_vec(),
    }
}
// ANCHOR_END: application
