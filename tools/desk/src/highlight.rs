//! Code as HTML: a span for each line, and in it a span for each kind of word.

use std::fmt::Write;

use arborium::Highlighter;
use arborium_highlight::{FlatToken, spans_to_flat_tokens};

use press::html::escape;

/// The languages that are highlighted, by the word behind the fence.
const LANGUAGES: [(&str, &str); 7] = [
    ("rust", "rust"),
    ("toml", "toml"),
    ("html", "html"),
    ("css", "css"),
    ("javascript", "javascript"),
    ("json", "json"),
    ("sh", "bash"),
];

/// The lines of a block. What is in no known language stays plain.
pub fn html(highlighter: &mut Highlighter, language: &str, code: &str) -> String {
    let known = LANGUAGES.iter().find(|(word, _)| *word == language);
    let tokens = known
        .and_then(|(_, grammar)| highlighter.highlight_spans(grammar, code).ok())
        .map(|spans| spans_to_flat_tokens(code, spans))
        .unwrap_or_default();
    lines(code, &tokens)
}

fn lines(code: &str, tokens: &[FlatToken]) -> String {
    let mut html = String::new();
    let mut begin = 0;
    for line in code.split('\n') {
        let end = begin + line.len();
        html.push_str("<span class=\"line\">");
        let mut at = begin;
        for token in tokens {
            let first = (token.start as usize).max(at);
            let last = (token.end as usize).min(end);
            // A token may go on over line ends, and none may be cut within a character.
            let Some(words) = code.get(first..last).filter(|words| !words.is_empty()) else {
                continue;
            };
            escape(&mut html, code.get(at..first).unwrap_or_default());
            let _ = write!(html, "<span class=\"h-{}\">", token.tag);
            escape(&mut html, words);
            html.push_str("</span>");
            at = last;
        }
        escape(&mut html, code.get(at..end).unwrap_or_default());
        html.push_str("\n</span>");
        begin = end + 1;
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a reader sees of some HTML.
    fn shown(html: &str) -> String {
        let mut shown = String::new();
        for piece in html.split('<') {
            shown.push_str(piece.split_once('>').map_or(piece, |(_, text)| text));
        }
        for (entity, character) in [
            ("&lt;", "<"),
            ("&gt;", ">"),
            ("&quot;", "\""),
            ("&amp;", "&"),
        ] {
            shown = shown.replace(entity, character);
        }
        shown
    }

    #[test]
    fn every_language_shows_the_code_as_it_is() {
        let mut highlighter = Highlighter::new();
        let code = "// <b> \u{3a9} &amp; \"a\"\nasync fn a() -> Html<&'static str> {\n    \"\n\n\u{2026}\"\n}\n<p class=x>{{ a }}</p> {\"a\": 1} [a]\nb = \"c\"";
        for (language, _) in LANGUAGES.into_iter().chain([("http", ""), ("", "")]) {
            let html = html(&mut highlighter, language, code);
            assert_eq!(shown(&html), format!("{code}\n"), "{language}");
            assert_eq!(html.matches("class=\"line\"").count(), code.lines().count());
        }
    }

    #[test]
    fn words_of_a_language_are_marked() {
        let mut highlighter = Highlighter::new();
        let marked = |language: &str, code: &str, highlighter: &mut Highlighter| {
            html(highlighter, language, code)
        };
        let rust = marked("rust", "async fn a() {}", &mut highlighter);
        assert!(rust.contains("<span class=\"h-k\">async</span>"), "{rust}");
        let toml = marked("toml", "a = \"b\"", &mut highlighter);
        assert!(toml.contains("h-s"), "{toml}");
        let plain = marked("http", "GET / HTTP/1.1", &mut highlighter);
        assert!(!plain.contains("h-"), "{plain}");
    }
}
