//! Random values, and signatures that only this site can make.
//!
//! Without it, a visitor could guess the id of another's session, or write a token for themselves.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Bytes that nobody can guess: from the operating system, not from a calculation.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system has random bytes");
    bytes
}

/// Bytes as letters, digits, `-` and `_`: these pass through cookies and paths as they are.
pub fn text(bytes: &[u8]) -> String {
    BASE64.encode(bytes)
}

/// The bytes that `text` stands for.
pub fn bytes(text: &str) -> Option<Vec<u8>> {
    BASE64.decode(text).ok()
}

/// Who knows the key can make this of `value`, and nobody else. The purpose is signed too: what
/// was signed as one thing is no good as another.
pub fn signature(key: &str, purpose: &str, value: &[u8]) -> String {
    text(&mac(key, purpose, value).finalize().into_bytes())
}

/// Whether that is our signature. It takes the same time however much of it is right, so that
/// time does not tell how close a guess was.
pub fn is_signature(signature: &str, key: &str, purpose: &str, value: &[u8]) -> bool {
    let given = bytes(signature).unwrap_or_default();
    mac(key, purpose, value).verify_slice(&given).is_ok()
}

fn mac(key: &str, purpose: &str, value: &[u8]) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("any length is a key");
    mac.update(purpose.as_bytes());
    // Ends the purpose, so that no value can begin with the rest of a longer one.
    mac.update(b"\0");
    mac.update(value);
    mac
}
