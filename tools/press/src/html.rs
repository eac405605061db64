//! Text as it is written in HTML: as content, or as the value of an attribute in double quotes.

use html_escape::encode_double_quoted_attribute;

/// Adds text to HTML.
pub fn escape(html: &mut String, text: &str) {
    html.push_str(&encode_double_quoted_attribute(text));
}

/// The same, as a value.
pub fn escaped(text: &str) -> String {
    encode_double_quoted_attribute(text).into_owned()
}
