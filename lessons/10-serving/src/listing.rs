//! The page that lists a folder.

use std::fmt::Write;

use html_escape::encode_text;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, percent_encode};

use crate::folder::Entry;

/// What stands for itself in a link. `:` does not: `a:b` would be a link into another scheme.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

// ANCHOR: page
/// A name stands in the page twice, and is written in two ways: percent-encoded where it is a
/// link, HTML-escaped where it is text.
pub fn page(asked: &str, entries: &[Entry]) -> String {
    let asked = percent_decode_str(asked).decode_utf8_lossy();
    let title = format!("Directory listing for {}", encode_text(&asked));
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <title>{title}</title>\n</head>\n<body>\n<h1>{title}</h1>\n<hr>\n<ul>\n"
    );
    for entry in entries {
        let link = percent_encode(&entry.name, ESCAPED);
        let slash = if entry.is_folder { "/" } else { "" };
        let text = String::from_utf8_lossy(&entry.name);
        let sign = if entry.is_link { "@" } else { slash };
        let text = encode_text(&text);
        // A String takes everything.
        let _ = writeln!(page, "<li><a href=\"{link}{slash}\">{text}{sign}</a></li>");
    }
    page + "</ul>\n<hr>\n</body>\n</html>\n"
}
// ANCHOR_END: page
