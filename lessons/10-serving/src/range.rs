//! A part of a file, RFC 9110, section 14: how a download goes on, and how a film is wound forward.

use axum::http::HeaderMap;
use axum::http::header::RANGE;

#[derive(PartialEq)]
pub enum Wanted {
    Whole,
    /// From the first byte to the last, both included, as `Content-Range` counts.
    Part(u64, u64),
    /// 416: there is nothing of it in the file.
    Nothing,
}

/// What a request wants of a file of `length` bytes. A range that we do not understand is one that
/// was not asked for: the RFC lets a server send the whole, always. So we do for several ranges at
/// once, too.
pub fn wanted(headers: &HeaderMap, length: u64) -> Wanted {
    match bounds(headers, length) {
        Some((first, last)) if first < length => Wanted::Part(first, last.min(length - 1)),
        Some(_) => Wanted::Nothing,
        None => Wanted::Whole,
    }
}

/// The first byte and the last, as far as they can be read.
fn bounds(headers: &HeaderMap, length: u64) -> Option<(u64, u64)> {
    let mut values = headers.get_all(RANGE).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return None;
    };
    let (unit, range) = value.to_str().ok()?.split_once('=')?;
    if !unit.trim().eq_ignore_ascii_case("bytes") {
        return None;
    }
    let (first, last) = range.split_once('-')?;
    match (first.trim(), last.trim()) {
        ("", count) => {
            let count = number(count)?;
            // The last bytes of an empty file: all that there is.
            (length > 0 || count == 0).then(|| (length.saturating_sub(count), u64::MAX))
        }
        (first, "") => Some((number(first)?, u64::MAX)),
        (first, last) => {
            Some((number(first)?, number(last)?)).filter(|(first, last)| first <= last)
        }
    }
}

/// Digits, and nothing else; a number that is too large for us is larger than any file.
fn number(digits: &str) -> Option<u64> {
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().unwrap_or(u64::MAX))
}
