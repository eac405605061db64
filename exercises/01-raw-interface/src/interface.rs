//! The interface between the application and its gateways.

pub struct Request {
    pub method: String,
    /// Path and query, as they were sent: `/tea?kind=green`.
    pub target: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Request {
    /// All values of a header, whatever case its name is written in.
    pub fn values(&self, name: &str) -> impl Iterator<Item = &str> {
        let named = move |(found, _): &&(String, String)| found.eq_ignore_ascii_case(name);
        let headers = self.headers.iter().filter(named);
        headers.map(|(_, value)| value.as_str())
    }
}

pub struct Response {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

pub type Application = fn(&Request) -> Response;
