//! Values that a client keeps for us and cannot change.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

// ANCHOR: signed
/// `value.signature`, both in base64. Everyone can read the value; only we can make the signature.
// ANCHOR: sign
pub fn sign(key: &[u8], purpose: &str, value: &[u8]) -> String {
    let signature = mac(key, purpose, value).finalize().into_bytes();
    format!("{}.{}", BASE64.encode(value), BASE64.encode(signature))
}
// ANCHOR_END: sign

/// The value, if the signature is ours and for this purpose.
pub fn verify(key: &[u8], purpose: &str, signed: &str) -> Option<Vec<u8>> {
    let (value, signature) = signed.split_once('.')?;
    let value = BASE64.decode(value).ok()?;
    let signature = BASE64.decode(signature).ok()?;
    // Compares in a time that does not tell how much of the signature was right.
    let verified = mac(key, purpose, &value).verify_slice(&signature);
    verified.is_ok().then_some(value)
}

/// The purpose is signed too: what was signed as a session is good for nothing else.
fn mac(key: &[u8], purpose: &str, value: &[u8]) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    mac.update(purpose.as_bytes());
    mac.update(b"=");
    mac.update(value);
    mac
}
// ANCHOR_END: signed
