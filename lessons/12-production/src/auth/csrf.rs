//! A token that only our own pages know, so that no other site's page can post in a visitor's
//! name. (CSRF: cross-site request forgery.)
//!
//! A browser sends our cookies with every request to us, also with one that a page of another
//! site has made. Without the token, a link on such a page could delete a visitor's notes.
//!
//! A cookie holds a secret, and a form a token that is made of it. Another site can make the
//! browser send the cookie; it can read neither, so it cannot make the token.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::http::HeaderValue;
use subtle::ConstantTimeEq;

use super::session::Session;
use super::{cookies, signing};

const PURPOSE: &str = "csrf";
const LENGTH: usize = 16;

type Secret = [u8; LENGTH];

/// The token of this visitor.
#[derive(Clone, Debug, Default)]
pub struct Csrf(Arc<Parts>);

#[derive(Debug, Default)]
struct Parts {
    session: Session,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    secret: Option<Secret>,
    /// The login that the secret is good for.
    bound_to: String,
    /// A page holds a token, so the browser needs the cookie.
    used: bool,
}

impl Csrf {
    /// The secret that the cookie holds, if we signed it for this login.
    pub fn open(cookie: Option<&str>, session: &Session, key: &str) -> Csrf {
        let bound_to = session.binding();
        let state = State {
            secret: cookie.and_then(|cookie| opened(cookie, &bound_to, key)),
            bound_to,
            used: false,
        };
        Csrf(Arc::new(Parts {
            session: session.clone(),
            state: Mutex::new(state),
        }))
    }

    /// What a form sends as `csrfmiddlewaretoken`, or a script as `X-CSRFToken`. It looks different
    /// each time: else somebody who sees the lengths of many compressed pages could guess it letter by
    /// letter (the attack is called BREACH).
    // ANCHOR: masked
    pub fn token(&self) -> String {
        let mut state = self.state();
        state.used = true;
        let secret = self.current(&mut state);
        let mask: Secret = signing::random();
        let masked = xor(secret, mask);
        signing::text(&[mask, masked].concat())
    }
    // ANCHOR_END: masked

    /// Whether that is a token of this visitor.
    pub fn accepts(&self, token: &str) -> bool {
        let Some(secret) = self.state().secret else {
            return false;
        };
        let Some(Ok(both)) = signing::bytes(token).map(<[u8; 2 * LENGTH]>::try_from) else {
            return false;
        };
        let (mask, masked) = both.split_at(LENGTH);
        let given: Vec<u8> = mask.iter().zip(masked).map(|(a, b)| a ^ b).collect();
        // The time does not tell how many bytes were right.
        given.ct_eq(&secret).into()
    }

    /// The cookie that belongs to the tokens given out, and a new one for who has logged in.
    pub fn cookie(&self, key: &str, tls: bool) -> Option<HeaderValue> {
        let mut state = self.state();
        let binding = self.0.session.binding();
        let logged_in = !binding.is_empty() && binding != state.bound_to;
        if !state.used && !logged_in {
            return None;
        }
        let secret = self.current(&mut state);
        let signature = signing::signature(key, PURPOSE, &signed(&secret, &binding));
        let value = format!("{}.{signature}", signing::text(&secret));
        Some(cookies::CSRF.set(&value, tls))
    }

    /// The secret of this login; a new one when there is none, or the login has changed.
    fn current(&self, state: &mut State) -> Secret {
        let binding = self.0.session.binding();
        if binding != state.bound_to {
            state.secret = None;
            state.bound_to = binding;
        }
        *state.secret.get_or_insert_with(signing::random)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn opened(cookie: &str, binding: &str, key: &str) -> Option<Secret> {
    let (secret, signature) = cookie.split_once('.')?;
    let secret = Secret::try_from(signing::bytes(secret)?).ok()?;
    let is_ours = signing::is_signature(signature, key, PURPOSE, &signed(&secret, binding));
    is_ours.then_some(secret)
}

/// What the cookie's signature says: this secret, for this login. A cookie that somebody plants
/// in another's browser is for another login.
fn signed(secret: &Secret, binding: &str) -> Vec<u8> {
    [secret, binding.as_bytes()].concat()
}

fn xor(one: Secret, other: Secret) -> Secret {
    std::array::from_fn(|at| one[at] ^ other[at])
}
