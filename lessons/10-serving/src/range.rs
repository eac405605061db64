//! A part of a file, RFC 9110, section 14: how a download goes on, and how a film is wound forward.

use axum::http::HeaderMap;
use axum::http::header::RANGE;

#[derive(Debug, PartialEq, Eq)]
pub enum Wanted {
    Whole,
    /// From the first byte to the last, both included, as `Content-Range` counts.
    Part(u64, u64),
    /// 416: there is nothing of it in the file.
    Nothing,
}

// ANCHOR: wanted
/// What a request wants of a file of `length` bytes.
pub fn wanted(headers: &HeaderMap, length: u64) -> Wanted {
    let mut values = headers.get_all(RANGE).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return Wanted::Whole;
    };
    // A range that we do not understand is one that was not asked for: the RFC lets a server
    // send the whole, always. So we do for several ranges at once, too.
    let bounds = value.to_str().ok().and_then(|value| {
        let (unit, set) = value.split_once('=')?;
        let is_bytes = unit.trim().eq_ignore_ascii_case("bytes");
        is_bytes.then(|| set.trim().split_once('-')).flatten()
    });
    match bounds.map(|(first, last)| (first.trim(), last.trim())) {
        Some(("", last)) => match number(last) {
            Some(0) => Wanted::Nothing,
            Some(_) if length == 0 => Wanted::Whole,
            Some(count) => Wanted::Part(length.saturating_sub(count), length - 1),
            None => Wanted::Whole,
        },
        Some((first, last)) => match (number(first), last.is_empty(), number(last)) {
            (Some(first), true, _) => part(first, u64::MAX, length),
            (Some(first), _, Some(last)) if first <= last => part(first, last, length),
            _ => Wanted::Whole,
        },
        None => Wanted::Whole,
    }
}

fn part(first: u64, last: u64, length: u64) -> Wanted {
    match first < length {
        true => Wanted::Part(first, last.min(length - 1)),
        false => Wanted::Nothing,
    }
}
// ANCHOR_END: wanted

/// Digits, and nothing else; a number that is too large for us is larger than any file.
fn number(digits: &str) -> Option<u64> {
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().unwrap_or(u64::MAX))
}
