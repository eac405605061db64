//! Conditional requests, RFC 9110, section 13: "send it only if it is another one than I have".

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::http::HeaderMap;
use axum::http::header::{
    HeaderName, IF_MATCH, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE, IF_UNMODIFIED_SINCE,
};

/// A date in a header holds seconds. Once this long has passed since a second began, no file can
/// get a date in it any more (the clock of a file system may be some milliseconds late).
const A_SECOND: Duration = Duration::from_millis(1_050);

/// What tells one state of a file from another.
pub struct Validators {
    pub etag: String,
    /// In whole seconds.
    changed: SystemTime,
    /// The same, once it can be relied on: its second is over.
    pub last_modified: Option<SystemTime>,
}

pub enum Verdict {
    /// Answer as if nothing had been asked.
    Send,
    /// 304: what the client has is still right.
    NotModified,
    /// 412: what the client wanted to rely on is no longer so.
    PreconditionFailed,
}

impl Validators {
    /// An ETag from length and time in nanoseconds: a file that was changed twice in a second
    /// has the same date, and another ETag. While that second lasts, and while it is yet to come,
    /// the file has no date: a client that got one would not learn of the second change.
    pub fn new(length: u64, modified: SystemTime) -> Validators {
        let since = modified.duration_since(UNIX_EPOCH).unwrap_or_default();
        let changed = UNIX_EPOCH + Duration::from_secs(since.as_secs());
        let age = SystemTime::now().duration_since(changed);
        Validators {
            etag: format!("\"{:x}-{length:x}\"", since.as_nanos()),
            changed,
            last_modified: age.is_ok_and(|age| age > A_SECOND).then_some(changed),
        }
    }

    /// In the order of RFC 9110, section 13.2.2: an ETag counts more than a date.
    pub fn verdict(&self, headers: &HeaderMap) -> Verdict {
        if headers.contains_key(IF_MATCH) {
            if !any_tag(headers, &IF_MATCH, |tag| tag == self.etag) {
                return Verdict::PreconditionFailed;
            }
        } else if date(headers, &IF_UNMODIFIED_SINCE).is_some_and(|date| self.changed > date) {
            return Verdict::PreconditionFailed;
        }
        if headers.contains_key(IF_NONE_MATCH) {
            // The same meaning is enough here.
            let meaning = |tag: &str| tag.strip_prefix("W/").unwrap_or(tag) == self.etag;
            if any_tag(headers, &IF_NONE_MATCH, meaning) {
                return Verdict::NotModified;
            }
        } else if let Some(date) = date(headers, &IF_MODIFIED_SINCE)
            && self.last_modified.is_some_and(|modified| modified <= date)
        {
            return Verdict::NotModified;
        }
        Verdict::Send
    }

    /// Whether a part would fit to what the client has: If-Range is one ETag or one date.
    pub fn fits(&self, headers: &HeaderMap) -> bool {
        let Some(wanted) = headers.get(IF_RANGE) else {
            return true;
        };
        // Not "this date or later": another date is another file.
        let is_date =
            || self.last_modified.is_some() && date(headers, &IF_RANGE) == self.last_modified;
        wanted.as_bytes() == self.etag.as_bytes() || is_date()
    }
}

/// Whether a list of ETags holds one that is meant, or is `*`: any. It may stand in several headers.
fn any_tag(headers: &HeaderMap, name: &HeaderName, is_meant: impl Fn(&str) -> bool) -> bool {
    headers.get_all(name).iter().any(|value| {
        let list = String::from_utf8_lossy(value.as_bytes());
        let mut in_quotes = false;
        let mut tags = list.split(|letter| {
            in_quotes ^= letter == '"';
            letter == ',' && !in_quotes // `"a,b"` is one tag
        });
        list.trim() == "*" || tags.any(|tag| is_meant(tag.trim()))
    })
}

/// The date in a header. One that cannot be read counts as none.
fn date(headers: &HeaderMap, name: &HeaderName) -> Option<SystemTime> {
    let mut values = headers.get_all(name).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return None;
    };
    httpdate::parse_http_date(value.to_str().ok()?).ok()
}
