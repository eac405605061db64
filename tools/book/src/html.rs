//! The tags of a page.

/// What escaped text says.
fn unescaped(text: &str) -> String {
    let text = text.replace("&lt;", "<").replace("&gt;", ">");
    let text = text.replace("&quot;", "\"").replace("&#39;", "'");
    text.replace("&amp;", "&")
}

/// An opening tag of a page.
#[derive(Debug, PartialEq, Eq)]
pub struct Tag {
    /// The line it begins on, counted from 1.
    pub line: usize,
    /// In lower case.
    pub name: String,
    /// Names in lower case, with their values.
    pub attributes: Vec<(String, String)>,
}

impl Tag {
    /// The value of an attribute.
    pub fn get(&self, name: &str) -> Option<&str> {
        let mut attributes = self.attributes.iter();
        let (_, value) = attributes.find(|(known, _)| known == name)?;
        Some(value)
    }
}

/// The opening tags of a page. Comments, scripts and styles hold none.
pub fn tags(html: &str) -> Vec<Tag> {
    let mut tags = Vec::new();
    let (mut at, mut line, mut counted) = (0, 1, 0);
    while let Some(found) = html[at..].find('<') {
        let start = at + found;
        line += html[counted..start].matches('\n').count();
        counted = start;
        let rest = &html[start..];
        if rest.starts_with("<!--") {
            at = rest.find("-->").map_or(html.len(), |end| start + end + 3);
            continue;
        }
        if !rest[1..].starts_with(|c: char| c.is_ascii_alphabetic()) {
            at = start + 1;
            continue;
        }
        let (tag, length) = tag(rest, line);
        at = start + length;
        if let "script" | "style" = tag.name.as_str() {
            let end = format!("</{}", tag.name);
            at = html[at..].find(&end).map_or(html.len(), |end| at + end);
        }
        tags.push(tag);
    }
    tags
}

/// The tag at the beginning of `html`, and how long it is.
fn tag(html: &str, line: usize) -> (Tag, usize) {
    let is_end = |c: char| c.is_ascii_whitespace() || c == '>' || c == '/';
    let name_end = html[1..].find(is_end).map_or(html.len(), |end| end + 1);
    let mut tag = Tag {
        line,
        name: html[1..name_end].to_ascii_lowercase(),
        attributes: Vec::new(),
    };
    let mut at = name_end;
    loop {
        let skip = |c: char| c.is_ascii_whitespace() || c == '/';
        at += html[at..].len() - html[at..].trim_start_matches(skip).len();
        let rest = &html[at..];
        if rest.is_empty() {
            return (tag, at);
        }
        if rest.starts_with('>') {
            return (tag, at + 1);
        }
        let end = rest.find(|c: char| is_end(c) || c == '=');
        // An attribute that begins with `=` is none, but must not stop us.
        let end = end.unwrap_or(rest.len()).max(1);
        let name = rest[..end].to_ascii_lowercase();
        at += end;
        let Some(value) = html[at..].strip_prefix('=') else {
            tag.attributes.push((name, String::new()));
            continue;
        };
        at += 1;
        let (value, length) = match value.chars().next() {
            Some(quote @ ('"' | '\'')) => {
                let inside = &value[1..];
                let end = inside.find(quote).unwrap_or(inside.len());
                (&inside[..end], (end + 2).min(value.len()))
            }
            _ => {
                let end = value.find(|c: char| c.is_ascii_whitespace() || c == '>');
                let end = end.unwrap_or(value.len());
                (&value[..end], end)
            }
        };
        at += length;
        tag.attributes.push((name, unescaped(value)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_found_with_their_lines() {
        let html =
            "<p>\n<a href=\"b?c&amp;d\" HIDDEN id='x'>e</a><br/>\n<img src=f.svg alt=\"<g>\">";
        let found: Vec<_> = tags(html)
            .iter()
            .map(|tag| (tag.line, tag.name.clone(), tag.attributes.len()))
            .collect();
        let expected = [(1, "p", 0), (2, "a", 3), (2, "br", 0), (3, "img", 2)];
        assert_eq!(
            found,
            expected.map(|(line, name, n)| (line, name.to_owned(), n))
        );
        assert_eq!(tags(html)[1].get("href"), Some("b?c&d"));
        assert_eq!(tags(html)[3].get("alt"), Some("<g>"));
    }

    #[test]
    fn comments_and_scripts_hold_no_tags() {
        let html = "<!-- <a href=b> --><script>\"<a href=c>\"</script><style>a{}</style>1 < 2<b>";
        let names: Vec<String> = tags(html).into_iter().map(|tag| tag.name).collect();
        assert_eq!(names, ["script", "style", "b"]);
    }

    #[test]
    fn whatever_stands_there_the_search_ends() {
        for html in [
            "<", "<a", "<a b", "<a b=", "<a b='", "<a =", "<a b=\"c", "<!--", "<script>", "<é",
        ] {
            tags(html);
        }
    }
}
