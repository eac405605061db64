//! As much of HTML as a test must read: what a browser would make of a text, an attribute, an address.

/// What stands between two texts, as it came: `between(page, "<h1>", "</h1>")`.
pub fn between<'a>(page: &'a str, begin: &str, end: &str) -> Option<&'a str> {
    let (_, rest) = page.split_once(begin)?;
    rest.split_once(end).map(|(found, _)| found)
}

/// Characters for character references: `&lt;` is `<`, `&#39;` and `&#x27;` are `'`.
pub fn unescaped(text: &str) -> String {
    html_escape::decode_html_entities(text).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_undone_once() {
        assert_eq!(
            unescaped("a &lt;b&gt; &amp;lt; &#39;&#x27; & &x;"),
            "a <b> &lt; '' & &x;"
        );
    }

    #[test]
    fn what_stands_between_is_found() {
        assert_eq!(between("<p><b>tea</b>", "<b>", "</b>"), Some("tea"));
        assert_eq!(between("<p>tea", "<b>", "</b>"), None);
    }
}
