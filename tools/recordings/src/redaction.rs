//! What must differ between two runs is not kept.

use regex_lite::Regex;

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
    fn dates_clocks_and_the_port_are_redacted() {
        let redaction = Redaction::new(40123, &[("id".into(), "[0-9a-f]{8}".into())]).unwrap();
        assert_eq!(
            redaction
                .apply("date: Sat, 21 Nov 2026 01:02:03 GMT, 10:11:12, 127.0.0.1:40123, deadbeef"),
            "date: [date], [clock], 127.0.0.1:8000, [id]"
        );
    }
}
