//! The comments of a deck: `slide:`, `steps:` and `live:`.

use std::{fmt, iter::Sum, ops::RangeInclusive};

/// A length of time, in halves of a minute.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Minutes {
    halves: u32,
}

impl Minutes {
    /// So many minutes.
    pub const fn whole(minutes: u32) -> Self {
        Self {
            halves: 2 * minutes,
        }
    }

    /// So many half minutes.
    pub const fn halves(halves: u32) -> Self {
        Self { halves }
    }

    /// In seconds.
    pub fn seconds(self) -> u32 {
        30 * self.halves
    }

    fn parse(text: &str) -> Option<Self> {
        let (whole, half) = match text.strip_suffix(".5") {
            Some(whole) => (whole, 1),
            None => (text, 0),
        };
        let is_number = !whole.is_empty() && whole.bytes().all(|byte| byte.is_ascii_digit());
        let whole: u32 = whole.parse().ok().filter(|_| is_number)?;
        let halves = whole.checked_mul(2)?.checked_add(half)?;
        (halves > 0).then_some(Self { halves })
    }
}

impl std::ops::Add for Minutes {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            halves: self.halves.saturating_add(other.halves),
        }
    }
}

impl Sum for Minutes {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), |sum, one| sum + one)
    }
}

impl fmt::Display for Minutes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = self.halves / 2;
        match self.halves % 2 {
            0 => write!(f, "{whole}"),
            _ => write!(f, "{whole}.5"),
        }
    }
}

/// What a slide is there for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// It shows something.
    #[default]
    Plain,
    /// It asks the room.
    Question,
    /// The room works.
    Exercise,
}

/// Reads `3 min, question`.
pub(super) fn slide(text: &str) -> Result<(Minutes, Kind), String> {
    let (minutes, kind) = match text.split_once(',') {
        Some((minutes, kind)) => (minutes.trim(), Some(kind.trim())),
        None => (text.trim(), None),
    };
    let minutes = minutes
        .strip_suffix("min")
        .and_then(|number| Minutes::parse(number.trim()))
        .ok_or("the minutes must be whole or end in .5, as in `slide: 2.5 min`")?;
    let kind = match kind {
        None => Kind::Plain,
        Some("question") => Kind::Question,
        Some("exercise") => Kind::Exercise,
        Some(other) => {
            return Err(format!(
                "a slide is a `question` or an `exercise`, not `{other}`"
            ));
        }
    };
    Ok((minutes, kind))
}

/// The lines of a block that one step shows: `1-3`, `5`, or `1,4-6`.
pub type Step = Vec<RangeInclusive<usize>>;

/// Reads `1-3 | 5 | 8-12`.
pub(super) fn steps(text: &str) -> Result<Vec<Step>, String> {
    text.split('|').map(step).collect()
}

fn step(text: &str) -> Result<Step, String> {
    text.split(',')
        .map(|part| lines(part.trim()))
        .collect::<Option<Step>>()
        .ok_or_else(|| {
            let text = text.trim();
            format!("a step names lines of the block, as in `1-3 | 5`, not `{text}`")
        })
}

fn lines(text: &str) -> Option<RangeInclusive<usize>> {
    let number = |text: &str| text.trim().parse().ok().filter(|number| *number > 0);
    match text.split_once('-') {
        Some((first, last)) => {
            let (first, last) = (number(first)?, number(last)?);
            (first <= last).then_some(first..=last)
        }
        None => number(text).map(|line| line..=line),
    }
}

/// A request that is sent from the slide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Live {
    /// The lesson whose server is asked, as its package is named: `lesson-05`. `None`: the deck's own.
    pub lesson: Option<String>,
    /// The request as it is in the console, a line end for each CRLF.
    pub request: String,
}

/// Reads `[lesson-05] GET /hello?name=Ada [| Field: value]… [| body: text]`.
pub(super) fn live(text: &str) -> Result<Live, String> {
    let mut parts = text.split(" | ").map(str::trim);
    let first: Vec<&str> = parts
        .next()
        .map(|line| line.split_whitespace().collect())
        .unwrap_or_default();
    let (lesson, method, target) = match first.as_slice() {
        [method, target] => (None, *method, *target),
        [lesson, method, target] => (Some(*lesson), *method, *target),
        _ => return Err(usage()),
    };
    let is_method = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_uppercase());
    let is_lesson = |name: &str| {
        let number = name.strip_prefix("lesson-").unwrap_or_default();
        number.len() == 2 && number.bytes().all(|byte| byte.is_ascii_digit())
    };
    if !is_method(method) || !lesson.is_none_or(is_lesson) {
        return Err(usage());
    }
    if !target.starts_with('/') && target != "*" {
        return Err(format!("the target must begin with `/`: `{target}`"));
    }
    let mut fields = Vec::new();
    let mut body = None;
    for part in parts {
        if body.is_some() {
            return Err("the body is the last part of a request".to_owned());
        }
        match part.split_once(':') {
            Some(("body", text)) => body = Some(text.trim()),
            Some((name, value)) if is_field_name(name) => fields.push((name, value.trim())),
            _ => {
                return Err(format!(
                    "`{part}` is neither a `Name: value` nor a `body: …`"
                ));
            }
        }
    }
    Ok(Live {
        lesson: lesson.map(str::to_owned),
        request: request(method, target, &fields, body),
    })
}

fn usage() -> String {
    "a live request is of the form `live: GET /hello?name=Ada`, with `lesson-05` before the method \
     for another lesson than the deck's"
        .to_owned()
}

fn is_field_name(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// With `Host` and `Content-Length`, unless the deck names them.
fn request(method: &str, target: &str, fields: &[(&str, &str)], body: Option<&str>) -> String {
    let is_named = |wanted: &str| {
        fields
            .iter()
            .any(|(name, _)| name.eq_ignore_ascii_case(wanted))
    };
    let mut text = format!("{method} {target} HTTP/1.1\n");
    if !is_named("host") {
        text.push_str("Host: 127.0.0.1:8000\n");
    }
    for (name, value) in fields {
        text.push_str(&format!("{name}: {value}\n"));
    }
    if let Some(body) = body {
        if !is_named("content-length") && !is_named("transfer-encoding") {
            text.push_str(&format!("Content-Length: {}\n", body.len()));
        }
        text.push('\n');
        text.push_str(body);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_are_whole_or_end_in_a_half() {
        assert_eq!(slide("3 min"), Ok((Minutes::whole(3), Kind::Plain)));
        assert_eq!(
            slide("1.5 min, question"),
            Ok((Minutes::halves(3), Kind::Question))
        );
        assert_eq!(slide(".5 min"), slide("min"));
        for text in [
            "",
            "3",
            "0 min",
            "1.25 min",
            "-1 min",
            "+1 min",
            "99999999999 min",
        ] {
            assert!(slide(text).is_err(), "{text}");
        }
        assert!(slide("1 min, quiz").is_err());
        assert_eq!(Minutes::halves(5).to_string(), "2.5");
    }

    #[test]
    fn a_step_is_a_list_of_lines() {
        assert_eq!(
            steps("1-3 | 5 | 8, 10-12"),
            Ok(vec![vec![1..=3], vec![5..=5], vec![8..=8, 10..=12]])
        );
        for text in ["", "0", "3-1", "1 |", "a", "1-"] {
            assert!(steps(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_live_request_gets_its_host_and_its_length() {
        let live = |text| live(text).expect("a request");
        assert_eq!(
            live("GET /hello?name=Ada"),
            Live {
                lesson: None,
                request: "GET /hello?name=Ada HTTP/1.1\nHost: 127.0.0.1:8000\n".to_owned()
            }
        );
        let posted =
            live("lesson-05 POST /hello | Content-Type: text/plain | body: na\u{ef}ve: yes");
        assert_eq!(posted.lesson.as_deref(), Some("lesson-05"));
        assert_eq!(
            posted.request,
            "POST /hello HTTP/1.1\nHost: 127.0.0.1:8000\nContent-Type: text/plain\nContent-Length: 11\n\nna\u{ef}ve: yes"
        );
        let own = live("GET / | Host: notes.example | Content-Length: 3 | body: ab");
        assert_eq!(
            own.request,
            "GET / HTTP/1.1\nHost: notes.example\nContent-Length: 3\n\nab"
        );
    }

    #[test]
    fn what_is_no_request_is_refused() {
        for text in [
            "",
            "GET",
            "get /",
            "GET hello",
            "GET http://127.0.0.1/",
            "lesson-5 GET /",
            "../lesson-05 GET /",
            "GET / HTTP/1.1 x",
            "GET / | body: a | Host: b",
            "GET / | no field",
        ] {
            assert!(live(text).is_err(), "{text}");
        }
    }
}
