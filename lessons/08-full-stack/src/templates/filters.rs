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
fn date(seconds: i64, pattern: Option<String>) -> String {
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
fn pluralize(count: i64, endings: Option<String>) -> String {
    let endings = endings.unwrap_or("s".into());
    let (one, many) = endings.split_once(',').unwrap_or(("", &endings));
    if count == 1 { one } else { many }.to_string()
}

/// At most so many characters; the last of a text that was too long is `…`.
fn truncatechars(text: String, most: usize) -> String {
    if text.chars().count() <= most {
        return text;
    }
    let kept: String = text.chars().take(most.saturating_sub(1)).collect();
    format!("{kept}…")
}

/// A text as paragraphs and lines. What it makes is HTML, so it is marked as safe; what it is
/// made of is a user's text, so that is escaped first.
fn linebreaks(text: String) -> Value {
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

#[cfg(test)]
mod tests {
    use super::*;

    /// What Django makes of the same.
    #[test]
    fn each_filter_gives_what_djangos_gives() {
        let at = 1_795_257_600; // 2026-11-21 10:40:00
        assert_eq!(date(at, None), "Nov. 21, 2026, 10:40 a.m.");
        assert_eq!(date(at, Some("Y-m-d H:i:s".into())), "2026-11-21 10:40:00");
        assert_eq!(
            date(at, Some("D j \\d\\e F y".into())),
            "Sat 21 de November 26"
        );
        assert_eq!(date(0, Some("P".into())), "midnight");
        assert_eq!(date(12 * 3600, Some("P".into())), "noon");
        assert_eq!(date(15 * 3600, Some("P".into())), "3 p.m.");
        assert_eq!(pluralize(1, None) + &pluralize(0, None), "s");
        assert_eq!(pluralize(2, Some("y,ies".into())), "ies");
        assert_eq!(truncatechars("Joel is a slug".into(), 7), "Joel i…");
        assert_eq!(truncatechars("Joel".into(), 4), "Joel");
        let lines = linebreaks("a<b>\nc\r\n\n\n\nd".into()).to_string();
        assert_eq!(lines, "<p>a&lt;b&gt;<br>c</p>\n\n<p>d</p>");
    }
}
