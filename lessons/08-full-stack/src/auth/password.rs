//! Passwords are kept as hashes that are slow to make: Argon2id, 19 MiB. Django: `hashers.py`.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use tokio::task::spawn_blocking;

/// What a password is held against when there is no such user: that takes as long.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// On a thread of its own: those that answer requests must not be held up.
pub async fn hash(password: String) -> String {
    let work = move || Argon2::default().hash_password(password.as_bytes());
    let hash = spawn_blocking(work).await.expect("hashing does not panic");
    hash.expect("any password can be hashed").to_string()
}

pub async fn verify(password: String, hash: Option<String>) -> bool {
    let work = move || {
        let hash = PasswordHash::new(hash.as_deref().unwrap_or(NOBODY));
        let verify = |hash| Argon2::default().verify_password(password.as_bytes(), &hash);
        hash.is_ok_and(|hash| verify(hash).is_ok())
    };
    spawn_blocking(work).await.expect("hashing does not panic")
}

/// What is wrong with a new password.
pub fn weakness(password: &str, username: &str) -> Option<&'static str> {
    let (low, name) = (password.to_lowercase(), username.to_lowercase());
    if password.chars().count() < 8 {
        Some("It has fewer than 8 characters.")
    } else if name.len() > 3 && low.contains(&name) || name.contains(&low) {
        Some("It is like the name.")
    } else if password.chars().all(|letter| letter.is_ascii_digit()) {
        Some("It has digits alone.")
    } else {
        None
    }
}
