//! Filters that templates can use beside minijinja's own, named as Django names them.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use minijinja::{Environment, HtmlEscape, Value};

pub fn add_to(templates: &mut Environment<'static>) {
    templates.add_filter("date", date);
    templates.add_filter("pluralize", pluralize);
    templates.add_filter("truncatechars", truncatechars);
    templates.add_filter("linebreaks", linebreaks);
}

/// A time, in seconds since 1970, by a pattern of Django's letters. `{{ at|date }}` is
/// `Nov. 21, 2026, 10:40 a.m.`, in UTC.
pub fn date(seconds: i64, pattern: Option<String>) -> String {
    let Ok(time) = Timestamp::from_second(seconds) else {
        return String::new();
    };
    let time = time.to_zoned(TimeZone::UTC);
    let pattern = pattern.unwrap_or("N j, Y, P".into());
    let mut shown = String::new();
    let mut letters = pattern.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => shown.extend(letters.next()),
            'N' => shown.push_str(MONTHS[usize::from(time.month().unsigned_abs()) - 1]),
            'P' => shown.push_str(&clock(time.hour(), time.minute())),
            letter => match LETTERS.iter().find(|(known, _)| *known == letter) {
                Some((_, jiffs)) => shown.push_str(&time.strftime(jiffs).to_string()),
                None => shown.push(letter),
            },
        }
    }
    shown
}

/// The months as newspapers shorten them: Django's `N`.
const MONTHS: [&str; 12] = [
    "Jan.", "Feb.", "March", "April", "May", "June", "July", "Aug.", "Sept.", "Oct.", "Nov.",
    "Dec.",
];

/// Django's letters, and what jiff calls the same.
const LETTERS: &[(char, &str)] = &[
    ('D', "%a"),
    ('F', "%B"),
    ('G', "%-H"),
    ('H', "%H"),
    ('M', "%b"),
    ('Y', "%Y"),
    ('c', "%Y-%m-%dT%H:%M:%S+00:00"),
    ('d', "%d"),
    ('i', "%M"),
    ('j', "%-d"),
    ('l', "%A"),
    ('m', "%m"),
    ('n', "%-m"),
    ('s', "%S"),
    ('y', "%y"),
];

/// `10:40 a.m.`, `3 p.m.`, `noon`: Django's `P`.
fn clock(hour: i8, minute: i8) -> String {
    match (hour, minute) {
        (0, 0) => "midnight".into(),
        (12, 0) => "noon".into(),
        _ => {
            let half = if hour < 12 { "a.m." } else { "p.m." };
            let hour = (hour + 11) % 12 + 1;
            match minute {
                0 => format!("{hour} {half}"),
                _ => format!("{hour}:{minute:02} {half}"),
            }
        }
    }
}

/// `{{ count }} note{{ count|pluralize }}`, `categor{{ count|pluralize("y,ies") }}`.
pub fn pluralize(count: i64, endings: Option<String>) -> String {
    let endings = endings.unwrap_or("s".into());
    let (one, many) = endings.split_once(',').unwrap_or(("", &endings));
    if count == 1 { one } else { many }.to_string()
}

/// At most so many characters; the last of a text that was too long is `…`.
pub fn truncatechars(text: String, most: usize) -> String {
    if text.chars().count() <= most {
        return text;
    }
    let kept: String = text.chars().take(most.saturating_sub(1)).collect();
    format!("{kept}…")
}

/// A text as paragraphs and lines. What it makes is HTML, so it is marked as safe; what it is
/// made of is a user's text, so that is escaped first.
pub fn linebreaks(text: String) -> Value {
    let mut escaped = HtmlEscape(&text).to_string().replace("\r\n", "\n");
    while escaped.contains("\n\n\n") {
        escaped = escaped.replace("\n\n\n", "\n\n");
    }
    let paragraphs: Vec<String> = escaped
        .split("\n\n")
        .map(|paragraph| format!("<p>{}</p>", paragraph.replace('\n', "<br>")))
        .collect();
    Value::from_safe_string(paragraphs.join("\n\n"))
}
