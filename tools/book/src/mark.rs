//! Which line of an answer matters, where a test has said what it expected.

/// The line of what came that a test is about: the status for a status, the field for a field, else the first
/// line of the body that is not as expected. `None` when there is no such line, as for a field that is missing.
pub(crate) fn line(came: &str, expected: &str, sentence: &str) -> Option<usize> {
    let lines: Vec<&str> = came.lines().collect();
    let is_answer = lines.first()?.starts_with("HTTP/1.");
    let end = match is_answer {
        true => lines.iter().position(|line| line.is_empty()),
        false => Some(0),
    };
    let end = end.unwrap_or(lines.len());
    let wanted = expected.lines().next().unwrap_or_default();
    if is_answer && (wanted.starts_with("status ") || wanted.starts_with("HTTP/1.")) {
        return Some(0);
    }
    let head = || (1..end).filter_map(|number| Some((number, lines[number].split_once(':')?.0)));
    if let Some((name, _)) = wanted.split_once(": ").filter(|(name, _)| is_field(name)) {
        let mut fields = head();
        let own = fields.find(|(_, field)| field.eq_ignore_ascii_case(name));
        // It may be a field of an event, in the body.
        let of_body = || (end..lines.len()).find(|&n| lines[n].starts_with(&format!("{name}:")));
        return own.map(|(number, _)| number).or_else(of_body);
    }
    let words = sentence.to_ascii_lowercase();
    let named = head()
        .find(|(_, field)| field.contains('-') && words.contains(&field.to_ascii_lowercase()));
    let of_body = || {
        (end..lines.len())
            .find(|&n| !lines[n].is_empty() && !expected.lines().any(|line| line == lines[n]))
    };
    named.map(|(number, _)| number).or_else(of_body)
}

fn is_field(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_that_a_test_is_about_is_found() {
        let answer = "HTTP/1.1 404 Not Found\nContent-Type: text/plain\ncontent-length: 4\n\nOrder 3 is taken.\nid: 2";
        for (expected, sentence, line) in [
            (
                "status 204",
                "It is gone: 204, which has no body.",
                "HTTP/1.1 404 Not Found",
            ),
            ("HTTP/1.1 200 OK", "", "HTTP/1.1 404 Not Found"),
            ("Content-Length: 5", "", "content-length: 4"),
            (
                "a length",
                "Content-Length counts bytes.",
                "content-length: 4",
            ),
            (
                "Order 1 is taken.",
                "It gets the first answer.",
                "Order 3 is taken.",
            ),
            ("Order 3 is taken.\nid: 1", "", "id: 2"),
            ("id: 1", "", "id: 2"),
            (
                "a head and nothing behind it",
                "The answer to HEAD has no body.",
                "Order 3 is taken.",
            ),
        ] {
            let found = super::line(answer, expected, sentence);
            let found = found.and_then(|number| answer.lines().nth(number));
            assert_eq!(found, Some(line), "{expected}");
        }
    }

    #[test]
    fn what_is_missing_has_no_line() {
        let answer = "HTTP/1.1 200 OK\nContent-Type: text/plain\n\nA tea house.";
        assert_eq!(
            line(
                answer,
                "Cache-Control: no-store",
                "This answer sets a cookie."
            ),
            None
        );
        assert_eq!(line("", "status 200", ""), None);
        assert_eq!(line("nothing came", "an answer", ""), Some(0));
    }
}
