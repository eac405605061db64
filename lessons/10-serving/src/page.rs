//! The pages that this server writes itself: the list of a folder, and the reason of a refusal.

use axum::response::Html;
use html_escape::encode_text;
use percent_encoding::{percent_decode_str, percent_encode};

use crate::folder::Entry;
use crate::path::ESCAPED;

const STYLE: &str = include_str!("page.css");

/// A whole page. The title is text, the content is HTML.
pub fn page(title: &str, content: &str) -> Html<String> {
    let title = encode_text(title);
    Html(format!(
        "<!doctype html>
<html lang=\"en\">
<head>
<meta charset=\"utf-8\">
<meta name=\"viewport\" content=\"width=device-width\">
<title>{title}</title>
<style>{STYLE}</style>
</head>
<body>
<h1>{title}</h1>
{content}</body>
</html>
"
    ))
}

/// A name is in the page twice, written in two ways: percent-encoded where it is a
/// link, HTML-escaped where it is text.
pub fn list(path: &str, entries: &[Entry]) -> Html<String> {
    let lines = entries.iter().map(|entry| {
        let link = percent_encode(&entry.name, ESCAPED);
        let slash = if entry.is_folder { "/" } else { "" };
        let sign = if entry.is_link { "@" } else { slash };
        let text = String::from_utf8_lossy(&entry.name);
        let text = encode_text(&text);
        format!("<li><a href=\"{link}{slash}\">{text}{sign}</a></li>\n")
    });
    let lines: String = lines.collect();
    let path = percent_decode_str(path).decode_utf8_lossy();
    let title = format!("Directory listing for {path}");
    page(&title, &format!("<ul>\n{lines}</ul>\n"))
}
