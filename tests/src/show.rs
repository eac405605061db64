//! Bytes as text that a person can read and a snapshot can keep.

use regex_lite::Regex;

/// Bytes as text: CRLF is a line end, a byte that is not text is `\xNN`, and so is a CR or LF
/// that stands alone in `head`.
pub fn text(bytes: &[u8]) -> String {
    let mut shown = String::new();
    for chunk in bytes.utf8_chunks() {
        shown.push_str(&characters(chunk.valid()));
        for byte in chunk.invalid() {
            shown.push_str(&format!("\\x{byte:02x}"));
        }
    }
    shown
}

fn characters(valid: &str) -> String {
    let mut shown = String::new();
    let mut characters = valid.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\r' if characters.peek() == Some(&'\n') => {}
            '\n' | '\t' => shown.push(character),
            control if control.is_control() => {
                shown.push_str(&format!("\\x{:02x}", u32::from(control)));
            }
            other => shown.push(other),
        }
    }
    shown
}

/// The head of a message as text. A line that ends in LF alone says so.
pub fn head(bytes: &[u8]) -> String {
    let marked = String::from_utf8_lossy(bytes).replace("\r\n", "\r\r");
    let marked = marked.replace('\n', "\\n\r\r").replace("\r\r", "\r\n");
    match std::str::from_utf8(bytes) {
        Ok(_) => text(marked.as_bytes()),
        Err(_) => text(bytes),
    }
}

/// Puts `[date]`, `[clock]` and port 8000 where the answers of a run must differ from those of another.
pub struct Redaction {
    port: u16,
    rules: Vec<(Regex, String)>,
}

impl Redaction {
    /// The common rules, and a file's own: pairs of a name and a regular expression.
    ///
    /// # Errors
    /// When an expression cannot be read.
    pub fn new(port: u16, own: &[(String, String)]) -> Result<Redaction, String> {
        let date = r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT";
        let clock = r"\b\d\d:\d\d:\d\d\b";
        let mut rules = vec![rule("date", date)?, rule("clock", clock)?];
        for (name, expression) in own {
            rules.push(rule(name, expression)?);
        }
        Ok(Redaction { port, rules })
    }

    /// `text` without what must vary.
    pub fn apply(&self, text: &str) -> String {
        let mut text = text.to_string();
        for host in ["127.0.0.1", "localhost"] {
            text = text.replace(&format!("{host}:{}", self.port), &format!("{host}:8000"));
        }
        for (expression, name) in &self.rules {
            text = expression.replace_all(&text, name.as_str()).into_owned();
        }
        text
    }
}

fn rule(name: &str, expression: &str) -> Result<(Regex, String), String> {
    let regex =
        Regex::new(expression).map_err(|error| format!("@redact {name}: {expression}: {error}"))?;
    Ok((regex, format!("[{name}]")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_are_not_text_are_shown_as_escapes() {
        assert_eq!(text(b"a\r\nb\tc\x00\xff\rd"), "a\nb\tc\\x00\\xff\\x0dd");
    }

    #[test]
    fn a_bare_line_feed_in_a_head_is_shown() {
        assert_eq!(
            head(b"HTTP/1.1 200 OK\nx: y\r\n\r\n"),
            "HTTP/1.1 200 OK\\n\nx: y\n\n"
        );
    }

    #[test]
    fn dates_clocks_and_the_port_are_redacted() {
        let redaction = Redaction::new(40123, &[("id".into(), "[0-9a-f]{8}".into())]).unwrap();
        assert_eq!(
            redaction
                .apply("date: Sat, 21 Nov 2026 01:02:03 GMT, 10:11:12, 127.0.0.1:40123, deadbeef"),
            "date: [date], [clock], 127.0.0.1:8000, [id]"
        );
    }
}
