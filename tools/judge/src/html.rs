//! As much of HTML as a test must read: what a browser would make of a text, an attribute, an address.

/// What stands between two texts, as it came: `between(page, "<h1>", "</h1>")`.
pub fn between<'a>(page: &'a str, begin: &str, end: &str) -> Option<&'a str> {
    let (_, rest) = page.split_once(begin)?;
    rest.split_once(end).map(|(found, _)| found)
}

/// Characters for character references: `&lt;` is `<`, `&#39;` and `&#x27;` are `'`.
pub fn unescaped(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        plain += &rest[..at];
        rest = &rest[at..];
        let reference = rest.split_once(';').map(|(reference, _)| &reference[1..]);
        match reference.and_then(character) {
            Some(character) => {
                plain.push(character);
                rest = &rest[reference.map_or(0, str::len) + 2..];
            }
            None => {
                plain.push('&');
                rest = &rest[1..];
            }
        }
    }
    plain + rest
}

fn character(reference: &str) -> Option<char> {
    let code = |digits: &str, radix| {
        u32::from_str_radix(digits, radix)
            .ok()
            .and_then(char::from_u32)
    };
    match reference {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        other => {
            let digits = other.strip_prefix('#')?;
            match digits.strip_prefix(['x', 'X']) {
                Some(digits) => code(digits, 16),
                None => code(digits, 10),
            }
        }
    }
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
