//! The comments that name a block's source.
//!
//! A comment on the line before a fenced block names the block's source; `cargo sync` writes the block, `cargo sync --check`
//! fails with a difference when a block is not what its source says.
//!
//! | comment | block |
//! |---|---|
//! | `<!-- sync: code PATH fn NAME -->` | the item of that name in a `.rs` file, with its docs, its attributes and the comment right above it, outdented. Several that stand next to one another: `fn index, fn hello` |
//! | `<!-- sync: code PATH head -->` | the beginning of a `.rs` file, up to its first item that is not `use` or `mod`. `use` instead of `head`: only those |
//! | `<!-- sync: code PATH [TABLE] -->` | the table of a `.toml` file: `[dependencies]` |
//! | `<!-- sync: code PATH -->` | the whole file |
//! | `<!-- sync: code PATH#ANCHOR -->` | the lines between `ANCHOR: NAME` and `ANCHOR_END: NAME`, outdented: for part of an item, and in files that are neither Rust nor TOML |
//! | `<!-- sync: exchange PATH.http -->` | the conversation: each request and its answer. `PATH.http#2` the second exchange only, `PATH.http#2-3` two of them; `#2 answer` only its answer, `#2 request` only its request, `#2 head` only the answer's head |
//! | `<!-- sync: console PATH.console -->` | commands and their recorded output. `#2` the second command only |
//! | `<!-- sync: include PATH -->` … `<!-- sync: end -->` | a Markdown file (a table of figures), between the two comments |
//!
//! An item is called by its first word and its name: `struct Note`, `enum E`, `trait T`, `const X`, `static X`, `type X`, `mod tests`, `macro NAME` (by `macro_rules!`; `macro NAME!` is what calls
//! it), `impl App`, `impl Handler for F`. Of types the last segment will do, without generics; where two items fit, the refusal says how to write each. `fn App::route` is in an `impl`, a trait or a module.
//!
//! Below each block of a lesson's file, `cargo sync` tells the reader of a note where it belongs: *`src/gateway.rs`, after `fn serve`*, or for part of an item *in `fn serve`, after* the line above. Leave an empty line below each
//! fence for it. Where the note shows a file whole, piece by piece, a caption speaks only of what the blocks above it have shown, so that a reader can put the file together.
//!
//! Paths are relative to the repository. The words behind the opening fence and its length are written by the tool: put an
//! empty block below the comment, in a list or a quotation too. Anchor comments are alone on
//! their line (`//`, `#`, `<!-- -->`, `{# #}`, `/* */`), may be nested, and are shown in no block. Links in an included file are those of the page that shows it.
//!
//! What is refused: [`rules`](crate::rules).

use std::ops::RangeInclusive;

/// What a comment asks for.
#[derive(Debug, PartialEq, Eq)]
pub enum Marker {
    /// The fenced block below is a copy of this.
    Block(Source),
    /// From here to the [`Marker::End`] is a copy of a Markdown file.
    Include {
        /// The file.
        path: String,
    },
    /// The end of an [`Marker::Include`].
    End,
}

/// What a fenced block shows.
#[derive(Debug, PartialEq, Eq)]
pub enum Source {
    /// Part of a file, or all of it.
    Code {
        /// The file.
        path: String,
        /// Which part of it.
        shown: Shown,
    },
    /// Requests and the answers that were recorded for them.
    Exchange {
        /// The request file.
        path: String,
        /// Which of its exchanges; all of them if there is no selection.
        numbers: Option<Numbers>,
        /// What to show of each.
        part: Part,
    },
    /// Commands and the output that was recorded for them.
    Console {
        /// The transcript file.
        path: String,
        /// Which of its commands; all of them if there is no selection.
        numbers: Option<Numbers>,
    },
}

/// What is shown of a file of code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    /// All of it.
    File,
    /// What is between the two comments of this anchor.
    Anchor(String),
    /// The items of these names, which are next to one another: `fn index`, `[dependencies]`.
    Items(Vec<String>),
}

/// A selection such as `#2` or `#2-3`. The first is number 1.
pub type Numbers = RangeInclusive<usize>;

/// What is shown of an exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The request and the answer.
    Whole,
    /// Only the request.
    Request,
    /// Only the answer.
    Answer,
    /// Only the head of the answer: its status line and its header lines.
    Head,
}

impl Marker {
    /// Reads the text of a comment, such as `sync: code lessons/00/src/main.rs#answer`.
    ///
    /// # Errors
    ///
    /// A sentence that says what cannot be read.
    pub fn parse(comment: &str) -> Result<Self, String> {
        let text = comment.strip_prefix("sync:").unwrap_or(comment);
        let words: Vec<&str> = text.split_whitespace().collect();
        match words.as_slice() {
            ["code", source] => code(source),
            ["code", path, names @ ..] if !path.contains('#') => items(path, &names.join(" ")),
            ["exchange", source] => exchange(source, Part::Whole),
            ["exchange", source, part] if source.contains('#') => {
                exchange(source, read_part(part)?)
            }
            ["console", source] => console(source),
            ["include", path] => Ok(Self::Include {
                path: (*path).to_owned(),
            }),
            ["end"] => Ok(Self::End),
            ["code", ..] => Err(usage("code PATH fn NAME` or `sync: code PATH#ANCHOR")),
            ["exchange", ..] => Err(usage("exchange PATH.http#2 answer")),
            ["console", ..] => Err(usage("console PATH.console#2")),
            ["include", ..] => Err(usage("include PATH")),
            ["end", ..] => Err(usage("end")),
            _ => {
                Err("no such marker: there are code, exchange, console, include and end".to_owned())
            }
        }
    }
}

fn usage(example: &str) -> String {
    format!("the marker must be of the form `sync: {example}`")
}

fn code(source: &str) -> Result<Marker, String> {
    let (path, anchor) = split(source);
    let shown = match anchor {
        None => Shown::File,
        Some("") => return Err("after `#`, the name of an anchor is missing".to_owned()),
        Some(name) => Shown::Anchor(name.to_owned()),
    };
    Ok(Marker::Block(Source::Code { path, shown }))
}

fn items(path: &str, names: &str) -> Result<Marker, String> {
    let names = split_names(names);
    if names.iter().any(String::is_empty) {
        return Err("between two commas, the name of an item is missing".to_owned());
    }
    Ok(Marker::Block(Source::Code {
        path: path.to_owned(),
        shown: Shown::Items(names),
    }))
}

/// The names between the commas; those in brackets, as in `impl Handler<(A, B)> for F`, separate none.
fn split_names(text: &str) -> Vec<String> {
    let mut names = vec![String::new()];
    let mut depth = 0_usize;
    let mut before = ' ';
    for c in text.chars() {
        match c {
            '(' | '[' | '{' | '<' => depth += 1,
            '>' if before == '-' => {}
            ')' | ']' | '}' | '>' => depth = depth.saturating_sub(1),
            _ => {}
        }
        before = c;
        match names.last_mut() {
            Some(name) if c != ',' || depth > 0 => name.push(c),
            _ => names.push(String::new()),
        }
    }
    names.iter().map(|name| name.trim().to_owned()).collect()
}

fn exchange(source: &str, part: Part) -> Result<Marker, String> {
    let (path, numbers) = split(source);
    let numbers = numbers.map(read_numbers).transpose()?;
    Ok(Marker::Block(Source::Exchange {
        path,
        numbers,
        part,
    }))
}

fn console(source: &str) -> Result<Marker, String> {
    let (path, numbers) = split(source);
    let numbers = numbers.map(read_numbers).transpose()?;
    Ok(Marker::Block(Source::Console { path, numbers }))
}

fn split(source: &str) -> (String, Option<&str>) {
    match source.split_once('#') {
        Some((path, selection)) => (path.to_owned(), Some(selection)),
        None => (source.to_owned(), None),
    }
}

fn read_part(word: &str) -> Result<Part, String> {
    match word {
        "request" => Ok(Part::Request),
        "answer" => Ok(Part::Answer),
        "head" => Ok(Part::Head),
        _ => Err(format!(
            "an exchange has a request, an answer and a head, but no {word}"
        )),
    }
}

fn read_numbers(text: &str) -> Result<Numbers, String> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    match (first.parse::<usize>(), last.parse::<usize>()) {
        (Ok(first), Ok(last)) if 1 <= first && first <= last => Ok(first..=last),
        _ => Err(format!(
            "`#{text}` is not a selection: write `#2`, or `#2-3`; the first is `#1`"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_is_read() {
        let block = |text: &str| match Marker::parse(text) {
            Ok(Marker::Block(source)) => source,
            other => panic!("{text}: {other:?}"),
        };
        let path = || "a".to_owned();
        assert_eq!(
            block("sync: code a"),
            Source::Code {
                path: path(),
                shown: Shown::File
            }
        );
        assert_eq!(
            block("sync: code a#b"),
            Source::Code {
                path: path(),
                shown: Shown::Anchor("b".into())
            }
        );
        let items = |names: &[&str]| Source::Code {
            path: path(),
            shown: Shown::Items(names.iter().map(|&name| name.to_owned()).collect()),
        };
        assert_eq!(block("sync: code a fn b"), items(&["fn b"]));
        assert_eq!(
            block("sync: code a fn b, impl A<(B, C)> for Fn(D, E) -> F, head"),
            items(&["fn b", "impl A<(B, C)> for Fn(D, E) -> F", "head"])
        );
        assert_eq!(
            block("sync: exchange a"),
            Source::Exchange {
                path: path(),
                numbers: None,
                part: Part::Whole
            }
        );
        assert_eq!(
            block("sync: exchange a#2-3 head"),
            Source::Exchange {
                path: path(),
                numbers: Some(2..=3),
                part: Part::Head
            }
        );
        assert_eq!(
            block("sync: console a#2"),
            Source::Console {
                path: path(),
                numbers: Some(2..=2)
            }
        );
        assert_eq!(
            Marker::parse("sync: include a"),
            Ok(Marker::Include { path: path() })
        );
        assert_eq!(Marker::parse("sync: end"), Ok(Marker::End));
    }

    #[test]
    fn what_cannot_be_read_is_refused_with_a_sentence() {
        let refused = |text: &str| Marker::parse(text).unwrap_err();
        let unknown = "no such marker: there are code, exchange, console, include and end";
        assert_eq!(refused("sync:"), unknown);
        assert_eq!(refused("sync: Code a"), unknown);
        assert_eq!(
            refused("sync: code"),
            "the marker must be of the form `sync: code PATH fn NAME` or `sync: code PATH#ANCHOR`"
        );
        assert_eq!(
            refused("sync: code a fn b,, fn c"),
            "between two commas, the name of an item is missing"
        );
        assert_eq!(
            refused("sync: code a#"),
            "after `#`, the name of an anchor is missing"
        );
        assert_eq!(
            refused("sync: exchange a answer"),
            "the marker must be of the form `sync: exchange PATH.http#2 answer`"
        );
        assert_eq!(
            refused("sync: exchange a#2 body"),
            "an exchange has a request, an answer and a head, but no body"
        );
        assert_eq!(
            refused("sync: end now"),
            "the marker must be of the form `sync: end`"
        );
        for bad in [
            "",
            "0",
            "x",
            "3-2",
            "0-1",
            "1-",
            "-1",
            "1-2-3",
            "99999999999999999999",
        ] {
            assert_eq!(
                refused(&format!("sync: console a#{bad}")),
                format!("`#{bad}` is not a selection: write `#2`, or `#2-3`; the first is `#1`")
            );
        }
    }
}
