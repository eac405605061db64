//! A visitor of a site: keeps its cookies, and sends the token of its forms.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use crate::connection::{Answer, Connection};

/// Somebody with a browser of their own.
#[derive(Debug)]
pub struct Visitor {
    address: SocketAddr,
    connection: Option<Connection>,
    cookies: BTreeMap<String, String>,
    token: String,
}

impl Visitor {
    /// A new visitor of the site at `address`.
    pub fn new(address: impl Into<SocketAddr>) -> Visitor {
        Visitor {
            address: address.into(),
            connection: None,
            cookies: BTreeMap::new(),
            token: String::new(),
        }
    }

    /// The same visitor, of another process.
    pub fn goes_to(&mut self, address: SocketAddr) {
        self.address = address;
        self.connection = None;
    }

    /// Asks for a page.
    ///
    /// # Errors
    /// When no whole answer comes.
    pub fn get(&mut self, path: &str) -> Result<Answer, String> {
        self.send("GET", path, "", "")
    }

    /// Sends a form, with the token of the page at `path`.
    ///
    /// # Errors
    /// When no whole answer comes.
    pub fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Result<Answer, String> {
        let page = self.get(path)?;
        let token = field(&page, "csrfmiddlewaretoken");
        let mut body = format!("csrfmiddlewaretoken={token}");
        for (name, value) in fields {
            body.push_str(&format!("&{name}={value}"));
        }
        let form = "Content-Type: application/x-www-form-urlencoded\r\n";
        self.send("POST", path, form, &body)
    }

    /// Sends JSON, with the token of the first page.
    ///
    /// # Errors
    /// When no whole answer comes.
    pub fn post_json(&mut self, path: &str, body: &str) -> Result<Answer, String> {
        let head = self.json_head()?;
        self.send("POST", path, &head, body)
    }

    /// The headers that a script of the site's own pages sends.
    ///
    /// # Errors
    /// When no whole answer comes.
    pub fn json_head(&mut self) -> Result<String, String> {
        if self.token.is_empty() {
            let page = self.get("/")?;
            self.token = field(&page, "csrfmiddlewaretoken");
        }
        let token = &self.token;
        Ok(format!(
            "Content-Type: application/json\r\nX-CSRFToken: {token}\r\n"
        ))
    }

    /// The bytes of a request, as `send` sends it.
    pub fn bytes(&self, method: &str, path: &str, headers: &str, body: &str) -> String {
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let cookies = match cookies.is_empty() {
            true => String::new(),
            false => format!("Cookie: {}\r\n", cookies.join("; ")),
        };
        let length = match method {
            "GET" => String::new(),
            _ => format!("Content-Length: {}\r\n", body.len()),
        };
        format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\n{headers}{cookies}{length}\r\n{body}",
            self.address
        )
    }

    fn send(
        &mut self,
        method: &str,
        path: &str,
        headers: &str,
        body: &str,
    ) -> Result<Answer, String> {
        let request = self.bytes(method, path, headers, body);
        let mut connection = match self.connection.take() {
            Some(connection) if !connection.closed => connection,
            _ => Connection::open(self.address)?,
        };
        connection.send(request.as_bytes())?;
        let answer = connection
            .answer(method)?
            .ok_or("closed without an answer")?;
        for (name, value) in &answer.headers {
            if name == "set-cookie" {
                let (pair, _) = value.split_once(';').unwrap_or((value, ""));
                let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                self.cookies.insert(name.into(), value.into());
            }
        }
        if !answer.says_close() {
            self.connection = Some(connection);
        }
        Ok(answer)
    }
}

/// The value of the first form field of that name.
fn field(page: &Answer, name: &str) -> String {
    let text = String::from_utf8_lossy(&page.body);
    let (_, rest) = text
        .split_once(&format!("name=\"{name}\""))
        .unwrap_or_default();
    let (tag, _) = rest.split_once('>').unwrap_or_default();
    let (_, value) = tag.split_once("value=\"").unwrap_or_default();
    value.split('"').next().unwrap_or_default().to_string()
}
