//! Conditional requests, RFC 9110, section 13: "send it only if it is another one than I have".

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::http::HeaderMap;
use axum::http::header::{
    HeaderName, IF_MATCH, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE, IF_UNMODIFIED_SINCE,
};

/// What tells one state of a file from another.
pub struct Validators {
    pub etag: String,
    /// In whole seconds: that is all that a date in a header holds.
    pub modified: Option<SystemTime>,
}

#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Answer as if nothing had been asked.
    Send,
    /// 304: what the client has is still right.
    NotModified,
    /// 412: what the client wanted to rely on is no longer so.
    PreconditionFailed,
}

impl Validators {
    // ANCHOR: validators
    /// An ETag from length and time in nanoseconds: a file that was changed twice in a second
    /// has the same date in its header, and another ETag.
    pub fn new(length: u64, modified: Option<SystemTime>) -> Validators {
        let since = modified.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        let etag = match since {
            Some(since) => format!("\"{:x}-{length:x}\"", since.as_nanos()),
            None => format!("\"{length:x}\""),
        };
        // A file may claim to be of the year 12000. A header cannot say so.
        let modified = since
            .map(|since| since.as_secs())
            .filter(|&seconds| seconds < 253_402_300_800)
            .map(|seconds| UNIX_EPOCH + Duration::from_secs(seconds));
        Validators { etag, modified }
    }
    // ANCHOR_END: validators

    // ANCHOR: verdict
    /// In the order of RFC 9110, section 13.2.2: an ETag counts more than a date.
    pub fn verdict(&self, headers: &HeaderMap) -> Verdict {
        if headers.contains_key(IF_MATCH) {
            if !self.any_match(headers, &IF_MATCH, false) {
                return Verdict::PreconditionFailed;
            }
        } else if let Some(date) = date(headers, &IF_UNMODIFIED_SINCE)
            && self.modified.is_none_or(|modified| modified > date)
        {
            return Verdict::PreconditionFailed;
        }
        if headers.contains_key(IF_NONE_MATCH) {
            if self.any_match(headers, &IF_NONE_MATCH, true) {
                return Verdict::NotModified;
            }
        } else if let Some(date) = date(headers, &IF_MODIFIED_SINCE)
            && self.modified.is_some_and(|modified| modified <= date)
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
        let is_date = || self.modified.is_some() && date(headers, &IF_RANGE) == self.modified;
        wanted.as_bytes() == self.etag.as_bytes() || is_date()
    }
    // ANCHOR_END: verdict

    /// Whether a list of ETags holds ours, or is `*`. `W/` marks one that promises the same
    /// meaning and not the same bytes: a compressed answer has one.
    fn any_match(&self, headers: &HeaderMap, name: &HeaderName, weak: bool) -> bool {
        let values = headers.get_all(name).iter();
        let mut tags = values
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .map(str::trim);
        tags.any(|tag| {
            let strong = if weak {
                tag.strip_prefix("W/").unwrap_or(tag)
            } else {
                tag
            };
            tag == "*" || strong == self.etag
        })
    }
}

/// The date in a header. One that cannot be read counts as none.
fn date(headers: &HeaderMap, name: &HeaderName) -> Option<SystemTime> {
    let mut values = headers.get_all(name).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return None;
    };
    httpdate::parse_http_date(value.to_str().ok()?).ok()
}
