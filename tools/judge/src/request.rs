//! A request, as it will go over the wire.

use super::client::Client;

/// A request that a test writes line by line. It has a `Host` unless it is [`Request::raw`], and on the
/// wire the fields that an ordinary client sends with it.
#[derive(Clone, Debug)]
pub struct Request {
    method: String,
    target: String,
    version: &'static str,
    headers: Vec<(String, String)>,
    without: Vec<String>,
    body: Option<Vec<u8>>,
    raw: Option<Vec<u8>>,
}

impl Request {
    /// A request with any method.
    pub fn new(method: &str, target: &str) -> Request {
        Request {
            method: method.into(),
            target: target.into(),
            version: "HTTP/1.1",
            headers: vec![("Host".into(), "127.0.0.1".into())],
            without: Vec::new(),
            body: None,
            raw: None,
        }
    }

    /// A GET.
    pub fn get(target: &str) -> Request {
        Request::new("GET", target)
    }

    /// A POST with a body of plain text.
    pub fn post(target: &str, text: &str) -> Request {
        Request::new("POST", target)
            .header("Content-Type", "text/plain; charset=utf-8")
            .body(text.as_bytes())
    }

    /// A POST as a browser sends a form: `body` is already encoded.
    pub fn form(target: &str, body: &str) -> Request {
        Request::new("POST", target)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .body(body.as_bytes())
    }

    /// Bytes that go out as they are; nothing is added.
    pub fn raw(bytes: impl Into<Vec<u8>>) -> Request {
        let bytes = bytes.into();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let method = text.split(' ').next().unwrap_or_default().to_string();
        Request {
            raw: Some(bytes),
            ..Request::new(&method, "")
        }
    }

    /// The same request in HTTP/1.0.
    pub fn http_1_0(mut self) -> Request {
        self.version = "HTTP/1.0";
        self
    }

    /// One more header.
    pub fn header(mut self, name: &str, value: &str) -> Request {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// The same request from a client that does not send this field: `User-Agent`, `Accept`.
    pub fn without(mut self, name: &str) -> Request {
        self.without.push(name.into());
        self
    }

    /// A body, with its `Content-Length`.
    pub fn body(mut self, bytes: &[u8]) -> Request {
        self.body = Some(bytes.into());
        self
    }

    /// Its method.
    pub fn method(&self) -> &str {
        &self.method
    }

    /// The bytes on the wire, as a client sends them that adds nothing of its own.
    pub fn bytes(&self) -> Vec<u8> {
        self.sent_with(&self.headers)
    }

    /// The bytes on the wire, as an ordinary client sends them.
    pub(super) fn sent_by(&self, client: &Client) -> Vec<u8> {
        self.sent_with(&client.headers(&self.headers, &self.without))
    }

    fn sent_with(&self, headers: &[(String, String)]) -> Vec<u8> {
        if let Some(raw) = &self.raw {
            return raw.clone();
        }
        let mut head = format!("{} {} {}\r\n", self.method, self.target, self.version);
        for (name, value) in headers {
            head += &format!("{name}: {value}\r\n");
        }
        if let Some(body) = &self.body {
            head += &format!("Content-Length: {}\r\n", body.len());
        }
        head += "\r\n";
        let mut bytes = head.into_bytes();
        bytes.extend(self.body.iter().flatten());
        bytes
    }
}

/// Text as it may stand in a query: every byte but letters and digits as `%XX`.
pub fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte.is_ascii_alphanumeric() {
            true => char::from(byte).to_string(),
            false => format!("%{byte:02X}"),
        })
        .collect()
}
