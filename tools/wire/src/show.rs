//! Bytes as text that a person can read and a snapshot can keep.

/// Bytes as text: CRLF is a line end, a byte that is not text is `\xNN`, and so is a CR or LF
/// that stands alone in `head`.
pub fn text(bytes: &[u8]) -> String {
    let mut shown = String::new();
    for chunk in bytes.utf8_chunks() {
        shown.push_str(&characters(chunk.valid()));
        for byte in chunk.invalid() {
            shown.push_str(&format!("\\x{byte:02x}"));
        }
    }
    shown
}

fn characters(valid: &str) -> String {
    let mut shown = String::new();
    let mut characters = valid.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\r' if characters.peek() == Some(&'\n') => {}
            '\n' | '\t' => shown.push(character),
            control if control.is_control() => {
                shown.push_str(&format!("\\x{:02x}", u32::from(control)));
            }
            other => shown.push(other),
        }
    }
    shown
}

/// The head of a message as text. A line that ends in LF alone says so.
pub fn head(bytes: &[u8]) -> String {
    let marked = String::from_utf8_lossy(bytes).replace("\r\n", "\r\r");
    let marked = marked.replace('\n', "\\n\r\r").replace("\r\r", "\r\n");
    match std::str::from_utf8(bytes) {
        Ok(_) => text(marked.as_bytes()),
        Err(_) => text(bytes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_are_not_text_are_shown_as_escapes() {
        assert_eq!(text(b"a\r\nb\tc\x00\xff\rd"), "a\nb\tc\\x00\\xff\\x0dd");
    }

    #[test]
    fn a_bare_line_feed_in_a_head_is_shown() {
        assert_eq!(
            head(b"HTTP/1.1 200 OK\nx: y\r\n\r\n"),
            "HTTP/1.1 200 OK\\n\nx: y\n\n"
        );
    }
}
