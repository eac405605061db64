//! Who is staff: anyone who knows the password. Lesson 08 has users and groups for that.

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::extract::FromRequestParts;
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use minijinja::context;
use subtle::ConstantTimeEq;

use crate::app::App;
use crate::error::AppError;
use crate::page::{Page, found};

pub struct Sessions {
    password: String,
    ids: Mutex<HashSet<String>>,
}

impl Sessions {
    /// Without a password, one is drawn and printed.
    pub fn new(password: Option<String>) -> Sessions {
        let password = password.unwrap_or_else(|| {
            let password = random()[..8].to_string();
            eprintln!("STAFF_PASSWORD is not set. Until the server ends, it is {password}");
            password
        });
        let ids = Mutex::default();
        Sessions { password, ids }
    }

    fn ids(&self) -> MutexGuard<'_, HashSet<String>> {
        self.ids.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// 128 bits that cannot be guessed.
fn random() -> String {
    let bits = getrandom::u64().and_then(|one| Ok((one, getrandom::u64()?)));
    let (one, other) = bits.expect("the system has random numbers");
    format!("{one:016x}{other:016x}")
}

/// A view with this argument is for the staff. Others go to the login page.
pub struct Staff;

impl FromRequestParts<App> for Staff {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Staff, Response> {
        let lines = parts.headers.get_all(COOKIE).iter();
        let mut cookies = lines.flat_map(|line| line.as_bytes().split(|byte| *byte == b';'));
        let ids = app.sessions.ids();
        let is_known = cookies.any(|cookie| {
            let id = cookie.trim_ascii().strip_prefix(b"sessionid=");
            let id = id.and_then(|id| str::from_utf8(id).ok());
            id.is_some_and(|id| ids.contains(id))
        });
        is_known
            .then_some(Staff)
            .ok_or_else(|| found("/admin/login/"))
    }
}

/// GET and POST /admin/login/
pub async fn login(page: Page) -> Result<Response, AppError> {
    let Some(posted) = &page.posted else {
        return page.ask("login.html", context! {});
    };
    let sessions = &page.app.sessions;
    let given = posted.get("password").map_or("", String::as_str);
    if !bool::from(given.as_bytes().ct_eq(sessions.password.as_bytes())) {
        let problem = "The password is wrong.";
        return page.ask("login.html", context! { problem });
    }
    let id = random();
    sessions.ids().insert(id.clone());
    let cookie = format!("sessionid={id}; HttpOnly; Path=/; SameSite=Lax");
    Ok(([(SET_COOKIE, cookie)], found("/admin/")).into_response())
}
