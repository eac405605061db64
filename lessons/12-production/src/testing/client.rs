//! A visitor, as a test plays one. Django: `django.test.Client`.

use std::collections::BTreeMap;
use std::net::IpAddr;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request};
use tower::ServiceExt;

use crate::serve::Peer;

/// A visitor with a jar of cookies. It follows no redirects.
#[derive(Clone)]
pub struct Client {
    /// What answers. A test may put a layer around it.
    pub router: Router,
    /// What the site has set, by name. A test may change them.
    pub cookies: BTreeMap<String, String>,
    /// Where the requests seem to come from.
    pub address: IpAddr,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    /// The body as text; bytes that are no text are replaced.
    pub text: String,
    pub bytes: Vec<u8>,
}

impl Answer {
    /// A header as text; empty when it is not there.
    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default()
    }

    /// The value of the first form field of that name, as the page holds it.
    pub fn field(&self, name: &str) -> String {
        let (_, rest) = self
            .text
            .split_once(&format!("name=\"{name}\""))
            .unwrap_or_default();
        let (tag, _) = rest.split_once('>').unwrap_or_default();
        let (_, value) = tag.split_once("value=\"").unwrap_or_default();
        value.split('"').next().unwrap_or_default().to_string()
    }

    /// The body as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }
}

impl Client {
    /// Asks for a page.
    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(Method::GET, path, &[], "").await
    }

    /// Opens the page at `path`, takes its token, and sends `fields` to it as its form would.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let token = self.token().await;
        let mut body = format!("csrfmiddlewaretoken={token}");
        for (name, value) in fields {
            body.push_str(&format!("&{}={}", encoded(name), encoded(value)));
        }
        let form = [("content-type", "application/x-www-form-urlencoded")];
        self.send(Method::POST, path, &form, body).await
    }

    /// Sends JSON, as a script of our own pages would.
    pub async fn json(&mut self, method: Method, path: &str, body: &str) -> Answer {
        let token = self.token().await;
        let headers = [
            ("content-type", "application/json"),
            ("x-csrftoken", token.as_str()),
        ];
        self.send(method, path, &headers, body.to_string()).await
    }

    /// The token that the first page holds for this visitor.
    pub async fn token(&mut self) -> String {
        self.get("/").await.field("csrfmiddlewaretoken")
    }

    /// Sends any request, with this visitor's cookies.
    pub async fn send(
        &mut self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Body>,
    ) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .extension(Peer(self.address));
        if !headers
            .iter()
            .any(|(name, _)| name.eq_ignore_ascii_case("host"))
        {
            request = request.header("host", "localhost");
        }
        if !self.cookies.is_empty() {
            request = request.header("cookie", self.cookie());
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(body.into());
        let request = request.expect("the test's request can be sent");
        let response = self.router.clone().oneshot(request).await;
        let (head, body) = response.unwrap_or_else(|never| match never {}).into_parts();
        let bytes = to_bytes(body, usize::MAX).await;
        let bytes = bytes.expect("the body comes as a whole").to_vec();
        for cookie in head.headers.get_all("set-cookie") {
            self.keep(cookie.to_str().expect("a cookie is text"));
        }
        Answer {
            status: head.status.as_u16(),
            headers: head.headers,
            text: String::from_utf8_lossy(&bytes).into_owned(),
            bytes,
        }
    }

    fn cookie(&self) -> String {
        let cookies = self.cookies.iter();
        let pairs: Vec<String> = cookies
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        pairs.join("; ")
    }

    fn keep(&mut self, cookie: &str) {
        let (pair, attributes) = cookie.split_once(';').unwrap_or((cookie, ""));
        let (name, value) = pair.split_once('=').expect("a cookie has a name");
        if attributes.to_ascii_lowercase().contains("max-age=0") {
            self.cookies.remove(name);
        } else {
            self.cookies.insert(name.to_string(), value.to_string());
        }
    }
}

fn encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}
