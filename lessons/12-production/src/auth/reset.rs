//! The link by which somebody who forgot their password sets a new one.
//!
//! Nothing is stored for it. The token is our signature of who it is for, when it was made, and
//! what changes when it is used: the password's hash. So it works once, and not for long.

use super::signing;
use crate::models::user;

/// How long a link is good, in seconds.
pub const LASTS: i64 = 3600;

const PURPOSE: &str = "password reset";

/// `TIME-SIGNATURE`, the time in hexadecimal.
pub fn token(key: &str, user: &user::Model, now: i64) -> String {
    format!(
        "{now:x}-{}",
        signing::signature(key, PURPOSE, &signed(user, now))
    )
}

/// Whether that is a token that we made for this user, that is not too old and was not used.
pub fn is_good(token: &str, key: &str, user: &user::Model, now: i64) -> bool {
    let Some((time, signature)) = token.split_once('-') else {
        return false;
    };
    let Ok(time) = i64::from_str_radix(time, 16) else {
        return false;
    };
    now.saturating_sub(time) < LASTS
        && signing::is_signature(signature, key, PURPOSE, &signed(user, time))
}

/// A new address, or a login, makes an older link worthless too.
fn signed(user: &user::Model, time: i64) -> Vec<u8> {
    let parts = (
        user.id,
        &user.password,
        &user.email,
        user.last_login_at,
        time,
    );
    format!("{parts:?}").into_bytes()
}
