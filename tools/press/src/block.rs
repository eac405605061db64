//! Writing a fenced block.

/// What a fenced block shows.
#[derive(Debug, PartialEq, Eq)]
pub struct Content {
    /// The language, which follows the opening fence.
    pub language: &'static str,
    /// The lines, without a line end behind the last.
    pub text: String,
}

impl Content {
    /// The block from fence to fence. The first line begins at the fence; `margin` begins the
    /// others: the spaces of a list, the `>` of a quotation.
    pub fn fenced(&self, margin: &str) -> String {
        let fence = "`".repeat(self.fence_length());
        let mut block = format!("{fence}{}\n", self.language);
        for line in self.text.lines() {
            // Nobody sees spaces at the end of a line: an empty line gets none.
            let margin = if line.is_empty() {
                margin.trim_end()
            } else {
                margin
            };
            block.push_str(margin);
            block.push_str(line);
            block.push('\n');
        }
        block + margin + &fence
    }

    /// Three, or more than any run of backticks within.
    fn fence_length(&self) -> usize {
        let runs = self.text.split(|c| c != '`').map(str::len);
        runs.max().map_or(3, |longest| (longest + 1).max(3))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content(text: &str) -> Content {
        Content {
            language: "rust",
            text: text.to_owned(),
        }
    }

    #[test]
    fn the_fence_is_longer_than_any_in_the_content() {
        assert_eq!(content("a `b`").fenced(""), "```rust\na `b`\n```");
        assert_eq!(
            content("/// ```\n/// ````").fenced(""),
            "`````rust\n/// ```\n/// ````\n`````"
        );
    }

    #[test]
    fn the_margin_stands_before_each_line_but_the_first() {
        assert_eq!(
            content("a\n\n  b").fenced("  "),
            "```rust\n  a\n\n    b\n  ```"
        );
        assert_eq!(
            content("a\n\nb").fenced("> "),
            "```rust\n> a\n>\n> b\n> ```"
        );
    }
}
