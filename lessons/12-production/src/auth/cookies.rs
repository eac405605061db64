//! Cookies: what a browser sends with each request because we once asked it to.
//!
//! Without the attributes that stand here, scripts could read the session's id, other sites' forms
//! would send it, and it could travel in the open.

use std::time::{Duration, SystemTime};

use axum::http::header::COOKIE;
use axum::http::{HeaderMap, HeaderValue};

/// A cookie of ours. It is for all our paths, and for no script.
#[derive(Clone, Copy, Debug)]
pub struct Cookie {
    name: &'static str,
    tls_name: &'static str,
    /// How long a browser keeps it, in seconds.
    pub age: u64,
}

/// Names and ages are Django's. A browser takes a cookie with `__Host-` only by https, and only
/// from this very host: no neighbour below the same domain can plant it.
pub const SESSION: Cookie = Cookie {
    name: "sessionid",
    tls_name: "__Host-sessionid",
    age: 14 * 24 * 3600,
};
pub const CSRF: Cookie = Cookie {
    name: "csrftoken",
    tls_name: "__Host-csrftoken",
    age: 52 * 7 * 24 * 3600,
};

impl Cookie {
    pub fn name(self, tls: bool) -> &'static str {
        if tls { self.tls_name } else { self.name }
    }

    /// What the browser sent. Two cookies of that name are none: one of them may be planted.
    pub fn of(self, headers: &HeaderMap, tls: bool) -> Option<&str> {
        let name = self.name(tls).as_bytes();
        let lines = headers.get_all(COOKIE).iter();
        // Byte by byte: what another program on this host keeps beside ours may be no ASCII.
        let mut values = lines
            .flat_map(|line| line.as_bytes().split(|byte| *byte == b';'))
            .filter_map(|pair| pair.trim_ascii().strip_prefix(name)?.strip_prefix(b"="));
        match (values.next(), values.next()) {
            (Some(value), None) => str::from_utf8(value).ok(),
            _ => None,
        }
    }

    /// A `Set-Cookie` that asks the browser to keep `value`.
    pub fn set(self, value: &str, tls: bool) -> HeaderValue {
        let end = SystemTime::now() + Duration::from_secs(self.age);
        self.header(value, &httpdate::fmt_http_date(end), self.age, tls)
    }

    /// A `Set-Cookie` that asks the browser to forget it.
    pub fn forget(self, tls: bool) -> HeaderValue {
        self.header("\"\"", "Thu, 01 Jan 1970 00:00:00 GMT", 0, tls)
    }

    fn header(self, value: &str, end: &str, age: u64, tls: bool) -> HeaderValue {
        let name = self.name(tls);
        let secure = if tls { "; Secure" } else { "" };
        let cookie = format!(
            "{name}={value}; expires={end}; HttpOnly; Max-Age={age}; Path=/; SameSite=Lax{secure}"
        );
        HeaderValue::try_from(cookie).expect("our own cookies are plain ASCII")
    }
}
