//! What a submission has written, as it may be shown: on a terminal, in a log of a code host, on a page.

use crate::intake::is_direction;

/// So much of one message is shown.
const LENGTH: usize = 6_000;

/// A text without what a terminal, a log or a reader would take for something else, and not endless.
pub fn text(text: &str) -> String {
    let mut clean = String::new();
    for line in text.lines() {
        let line: String = line.chars().map(shown).collect();
        // Code hosts take commands from lines that begin like this.
        let start = line.len() - line.trim_start().len();
        let (space, rest) = line.split_at(start);
        clean += space;
        clean += &match rest {
            rest if rest.starts_with("::") => format!(": :{}", &rest[2..]),
            rest if rest.starts_with("##[") => format!("# #[{}", &rest[3..]),
            rest if rest.starts_with("##vso") => format!("# #{}", &rest[2..]),
            rest => rest.to_string(),
        };
        clean.push('\n');
        if clean.len() > LENGTH {
            break;
        }
    }
    let clean = clean.trim_end();
    match clean.char_indices().nth(LENGTH) {
        Some((at, _)) => format!("{}…", &clean[..at]),
        None => clean.to_string(),
    }
}

/// The same in one line.
pub fn line(line: &str) -> String {
    let shown = text(&line.replace(['\n', '\r'], " "));
    match shown.char_indices().nth(300) {
        Some((at, _)) => format!("{}…", &shown[..at]),
        None => shown,
    }
}

fn shown(letter: char) -> char {
    let is_hidden = matches!(letter, '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}');
    match letter {
        '\t' => ' ',
        letter if letter.is_control() || is_direction(letter) || is_hidden => '\u{fffd}',
        letter => letter,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_directions_and_commands_are_taken_out() {
        let clean = text(
            "a\u{1b}[31mb\u{202e}c\n  ::set-output name=x::1\n##[error]no\nplain :: text\u{7}",
        );
        assert_eq!(
            clean,
            "a\u{fffd}[31mb\u{fffd}c\n  : :set-output name=x::1\n# #[error]no\nplain :: text\u{fffd}"
        );
        assert!(text(&"tea\n".repeat(10_000)).len() < 7_000);
    }
}
