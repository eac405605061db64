//! Sessions: what a server remembers of a visitor, kept in a signed cookie at the visitor's.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::extract::Request;
use axum::http::header::{COOKIE, SET_COOKIE, VARY};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use futures_util::FutureExt;
use serde_json::{Map, Value};

use crate::service::Service;
use crate::settings::Settings;
use crate::signed::{sign, verify};

/// Browsers keep no longer cookies, with name and attributes.
const LONGEST: usize = 4096;

// ANCHOR: session
/// What is known of one visitor. Whoever has the request can get a handle to it.
#[derive(Clone, Default)]
pub struct Session(Arc<Mutex<Known>>);

#[derive(Default)]
struct Known {
    values: Map<String, Value>,
    changed: bool,
}

impl Session {
    pub fn new(values: Map<String, Value>) -> Session {
        let changed = false;
        Session(Arc::new(Mutex::new(Known { values, changed })))
    }

    /// The session of this request; an empty one if no layer has put one there.
    pub fn of(request: &Request) -> Session {
        request.extensions().get().cloned().unwrap_or_default()
    }

    pub fn get(&self, name: &str) -> Option<Value> {
        self.known().values.get(name).cloned()
    }

    pub fn set(&self, name: &str, value: impl Into<Value>) {
        let mut known = self.known();
        known.values.insert(name.into(), value.into());
        known.changed = true;
    }

    pub fn take(&self, name: &str) -> Option<Value> {
        let mut known = self.known();
        let value = known.values.remove(name);
        known.changed |= value.is_some();
        value
    }

    /// All values, if one of them is not what it was.
    pub fn changed(&self) -> Option<Map<String, Value>> {
        let known = self.known();
        known.changed.then(|| known.values.clone())
    }

    /// A panic while somebody held the lock left nothing half done: the values are good.
    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Before: open the session that the cookie holds. After: if it has changed, set the cookie anew.
pub fn session(settings: &Settings, next: Service) -> Service {
    let jar = Arc::new(Jar {
        key: settings.secret_key.clone(),
        tls: settings.tls,
    });
    Arc::new(move |mut request| {
        let jar = Arc::clone(&jar);
        let session = Session::new(jar.open(request.headers()).unwrap_or_default());
        request.extensions_mut().insert(session.clone());
        let answer = next(request);
        async move {
            let mut response = answer.await;
            if let Some(values) = session.changed() {
                jar.save(values, &mut response);
            }
            // For caches: with another cookie, this would be another page.
            response
                .headers_mut()
                .append(VARY, HeaderValue::from_static("cookie"));
            response
        }
        .boxed()
    })
}
// ANCHOR_END: session

// ANCHOR: jar
struct Jar {
    key: Vec<u8>,
    tls: bool,
}

impl Jar {
    fn name(&self) -> &'static str {
        cookie_name(self.tls)
    }

    /// Whatever is wrong with a cookie, the visitor is a stranger, and no more is said.
    fn open(&self, headers: &HeaderMap) -> Option<Map<String, Value>> {
        let value = the_only_cookie(headers, self.name())?;
        serde_json::from_slice(&verify(&self.key, self.name(), value)?).ok()
    }

    fn save(&self, values: Map<String, Value>, response: &mut Response) {
        let name = self.name();
        // HttpOnly: no script reads it. SameSite: a POST from another site's page comes without it.
        // Secure: it never goes out over plain http. Path: all of ours.
        let secure = if self.tls { "; Secure" } else { "" };
        let flags = format!("HttpOnly; SameSite=Lax{secure}; Path=/");
        let cookie = if values.is_empty() {
            format!("{name}=; {flags}; Max-Age=0") // nothing to remember: forget the cookie
        } else {
            let json = Value::Object(values).to_string();
            let value = sign(&self.key, name, json.as_bytes());
            format!("{name}={value}; {flags}")
        };
        match HeaderValue::try_from(cookie) {
            Ok(cookie) if cookie.len() <= LONGEST => {
                response.headers_mut().append(SET_COOKIE, cookie);
            }
            _ => eprintln!("A session is too long for a cookie and was not saved."),
        }
    }
}

/// A browser takes a cookie with `__Host-` only if it came by https from this very host.
pub fn cookie_name(tls: bool) -> &'static str {
    if tls { "__Host-session" } else { "session" }
}

/// The value of the cookie with this name. Two of that name are none: one may be planted.
pub fn the_only_cookie<'a>(headers: &'a HeaderMap, wanted: &str) -> Option<&'a str> {
    let lines = headers.get_all(COOKIE).iter();
    let pairs = lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'));
    let mut values = pairs
        .filter_map(|pair| pair.trim().split_once('='))
        .filter_map(|(name, value)| (name == wanted).then_some(value));
    match (values.next(), values.next()) {
        (Some(value), None) => Some(value),
        _ => None,
    }
}
// ANCHOR_END: jar
