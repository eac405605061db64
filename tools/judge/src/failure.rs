//! Why a test failed, in the words of a teacher.

/// What a failing test says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Failure {
    /// The request, as text. Empty when none was sent.
    pub asked: String,
    /// What came: the answer as text, or what came in its place.
    pub came: String,
    /// What should have come.
    pub expected: String,
    /// The one line that matters: what the difference means.
    pub line: String,
}

impl Failure {
    /// A failure before anything was asked.
    pub fn new(
        came: impl Into<String>,
        expected: impl Into<String>,
        line: impl Into<String>,
    ) -> Failure {
        Failure {
            asked: String::new(),
            came: came.into(),
            expected: expected.into(),
            line: line.into(),
        }
    }

    /// The same failure with another line: when a test knows better what it means.
    pub fn because(self, line: &str) -> Failure {
        Failure {
            line: line.into(),
            ..self
        }
    }
}

/// As much of a text as a reader takes in: its first lines, none of them endless.
pub(crate) fn shortened(text: &str) -> String {
    const LINES: usize = 24;
    const WIDTH: usize = 160;
    let mut shown: Vec<String> = Vec::new();
    let mut lines = text.lines();
    for line in lines.by_ref().take(LINES) {
        match line.char_indices().nth(WIDTH) {
            Some((at, _)) => shown.push(format!("{}… ({} bytes)", &line[..at], line.len())),
            None => shown.push(line.to_string()),
        }
    }
    match lines.count() {
        0 => {}
        more => shown.push(format!("… ({more} more lines)")),
    }
    shown.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_cut_and_say_so() {
        let text = format!("{}\n{}", "é".repeat(200), "x\n".repeat(30));
        let shown = shortened(&text);
        assert!(
            shown.starts_with(&format!("{}… (400 bytes)\nx\n", "é".repeat(160))),
            "{shown}"
        );
        assert!(shown.ends_with("… (7 more lines)"), "{shown}");
    }
}
