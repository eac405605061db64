//! A lesson put together from its note alone, as a reader would do it: each block of code has a caption that
//! says in which file it belongs, and after what.

use std::collections::BTreeMap;

use press::{
    fill::caption_below,
    page::Page,
    place::{Words, read_caption},
    sources::items::{Item, Items},
};

/// The files of a lesson, by their paths in its folder.
pub type Files = BTreeMap<String, String>;

/// A block of a note, with what its caption says.
struct Block {
    /// The line of the note.
    line: usize,
    file: String,
    position: Vec<Words>,
    text: String,
}

/// The files that a note shows. Examples are programs of their own and left out.
///
/// # Errors
/// A sentence, when a block has no place in what the blocks above it have made.
pub fn files(note: &str) -> Result<Files, String> {
    let mut files = Files::new();
    let mut parts = Vec::new();
    for block in blocks(note) {
        let at_line = |problem| format!("line {}, {}: {problem}", block.line, block.file);
        if is_part(&block.position) {
            parts.push(block);
            continue;
        }
        let file = files.get(&block.file).map_or("", String::as_str);
        let text = with(file, &block).map_err(at_line)?;
        files.insert(block.file, text);
    }
    // Part of an item is shown whole somewhere else, before it or after it.
    for part in parts {
        let whole = files.get(&part.file).map_or("", String::as_str);
        if !squeezed(whole).contains(&squeezed(&part.text)) {
            return Err(format!(
                "line {}, {}: this is part of an item that no block shows whole",
                part.line, part.file
            ));
        }
    }
    Ok(files)
}

/// The lines that say something, without their margins.
fn squeezed(text: &str) -> String {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.map(|line| format!("\n{line}")).collect::<String>() + "\n"
}

fn blocks(note: &str) -> Vec<Block> {
    let page = Page::parse(note);
    let blocks = page.code_blocks.iter().filter_map(|block| {
        let start = block.place.range.start;
        let margin = &note[note[..start].rfind('\n').map_or(0, |end| end + 1)..start];
        let caption = caption_below(note, block.place.range.end, margin)?;
        let (file, position) = read_caption(&note[caption])?;
        Some(Block {
            line: block.place.line,
            file,
            position,
            text: block.content.clone(),
        })
    });
    let elsewhere = ["examples/", "tests/", "lessons/"];
    blocks
        .filter(|block| {
            !elsewhere
                .iter()
                .any(|folder| block.file.starts_with(folder))
        })
        .collect()
}

/// Whether it is a part of an item.
fn is_part(position: &[Words]) -> bool {
    let begins = |text: &str| text == "in " || text == "the beginning of ";
    matches!(position, [Words::Plain(first), Words::Code(_), ..] if begins(first))
}

/// The file with the block in its place.
fn with(file: &str, block: &Block) -> Result<String, String> {
    let words: Vec<&str> = block
        .position
        .iter()
        .map(|words| match words {
            Words::Plain(text) | Words::Code(text) => text.as_str(),
        })
        .collect();
    let is_rust = block.file.ends_with(".rs");
    match words.as_slice() {
        ["the whole file"] => Ok(block.text.clone()),
        ["a new file"] if file.is_empty() => Ok(block.text.clone()),
        ["a new file"] => Err("there is a block of this file above".to_string()),
        // Of the manifest, only a table is wanted.
        _ if block.file == "Cargo.toml" => Ok(format!("{file}\n{}", block.text)),
        ["the beginning"] if is_rust => with_beginning(file, &block.text),
        ["the beginning"] => Ok(format!("{}{file}", block.text)),
        ["the ", _, " lines"] if squeezed(file).contains(&squeezed(&block.text)) => {
            Ok(file.to_string())
        }
        ["the ", _, " lines"] => Ok(format!("{}\n{file}", block.text)),
        ["after the ", _, " lines"] | ["after the first lines"] => {
            with_items(file, &block.text, &At::Head)
        }
        ["after ", name] if is_rust => with_items(file, &block.text, &At::After(name)),
        ["before ", name] if is_rust => with_items(file, &block.text, &At::Before(name)),
        ["after ", line] | ["at the end, after ", line] => beside(file, &block.text, line, ""),
        ["before ", line] => beside(file, &block.text, "", line),
        ["between ", above, " and ", below] => beside(file, &block.text, above, below),
        other => Err(format!("it is not clear where this is: {}", other.concat())),
    }
}

/// Where the first of some items goes.
enum At<'a> {
    /// Below the head of the file.
    Head,
    After(&'a str),
    Before(&'a str),
}

/// The file with a new head, and with the items that follow it in the block.
fn with_beginning(file: &str, block: &str) -> Result<String, String> {
    let lines: Vec<&str> = block.lines().collect();
    let (head, items) = lines.split_at(Items::parse("the block", block)?.head.end);
    let old = Items::parse("the file", file)?.head;
    let rest: Vec<&str> = file.lines().skip(old.end).collect();
    let file = format!("{}\n\n{}\n", head.join("\n"), rest.join("\n"));
    with_items(&file, &items.join("\n"), &At::Head)
}

/// The file with the items of the block: one that is there already is replaced, a new one goes below the one
/// before it.
fn with_items(file: &str, block: &str, at: &At<'_>) -> Result<String, String> {
    let mut lines: Vec<String> = file.lines().map(str::to_string).collect();
    let items = top(&Items::parse("the file", file)?);
    let named = |name: &str| {
        let by_name = items.iter().rfind(|item| item.full == name);
        by_name
            .or_else(|| items.iter().rfind(|item| item.label == name))
            .ok_or_else(|| format!("it belongs beside `{name}`, which no block above shows"))
    };
    let mut cursor = match at {
        At::Head => Items::parse("the file", file)?.head.end,
        At::After(name) => named(name)?.lines.end,
        At::Before(name) => named(name)?.lines.start,
    };
    let shown: Vec<&str> = block.lines().collect();
    let new = top(&Items::parse("the block", block)?);
    let mut start = 0;
    for (number, item) in new.iter().enumerate() {
        // Two of one name are one: for this system, and for others.
        if new
            .get(number + 1)
            .is_some_and(|next| next.full == item.full)
        {
            continue;
        }
        let piece = shown[start..item.lines.end]
            .iter()
            .map(|line| (*line).to_string());
        let mut piece: Vec<String> = piece.collect();
        start = item.lines.end;
        let file = lines.join("\n");
        let there = top(&Items::parse("the file", &file)?);
        let mut same = there.iter().filter(|other| other.full == item.full);
        let place = match (same.clone().next(), same.next_back()) {
            (Some(first), Some(last)) => first.lines.start..last.lines.end,
            _ => {
                piece.insert(0, String::new());
                piece.push(String::new());
                cursor..cursor
            }
        };
        cursor = place.start + piece.len();
        lines.splice(place, piece);
    }
    Ok(lines.join("\n") + "\n")
}

/// The items of a file that are in no other and not in its head.
fn top(items: &Items) -> Vec<Found> {
    let top = |item: &&Item| item.parent.is_none() && !items.is_in_head(item);
    let all = items.all.iter().enumerate();
    all.filter(|(_, item)| top(item))
        .map(|(number, item)| Found {
            label: items.label(number),
            full: item.full.clone(),
            lines: item.lines.clone(),
        })
        .collect()
}

struct Found {
    label: String,
    full: String,
    lines: std::ops::Range<usize>,
}

/// The file with the block below a line, above a line, or between two.
fn beside(file: &str, block: &str, above: &str, below: &str) -> Result<String, String> {
    let lines: Vec<&str> = file.lines().collect();
    let says: Vec<usize> = (0..lines.len())
        .filter(|&number| !lines[number].trim().is_empty())
        .collect();
    let is = |number: Option<&usize>, line: &str| {
        line.is_empty() || number.is_some_and(|&number| lines[number].trim() == line)
    };
    let found = (0..=says.len()).find(|&place| {
        let over = place.checked_sub(1).and_then(|place| says.get(place));
        is(over, above) && is(says.get(place), below)
    });
    let place = found.ok_or_else(|| {
        format!("it belongs between `{above}` and `{below}`, which no block above shows")
    })?;
    let at = says.get(place).copied().unwrap_or(lines.len());
    let (before, after) = lines.split_at(at);
    Ok(format!(
        "{}\n{block}{}\n",
        before.join("\n"),
        after.join("\n")
    ))
}

/// A manifest for a lesson, with the dependencies that its note shows.
pub fn manifest(number: &str, files: &Files) -> String {
    let shown = files.get("Cargo.toml").map_or("", String::as_str);
    let dependencies = shown
        .lines()
        .skip_while(|line| line.trim() != "[dependencies]")
        .enumerate()
        .take_while(|(number, line)| *number == 0 || !line.starts_with('['))
        .map(|(_, line)| format!("{line}\n"));
    format!(
        "[package]\nname = \"lesson-{number}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n{}",
        dependencies.collect::<String>()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(blocks: &[(&str, &str)]) -> String {
        let block = |(text, caption): &(&str, &str)| {
            format!("Text.\n\n```rust\n{text}\n```\n*`a.rs`, {caption}*\n\n")
        };
        blocks.iter().map(block).collect()
    }

    fn assembled(blocks: &[(&str, &str)]) -> String {
        let files = files(&note(blocks)).unwrap_or_else(|problem| panic!("{problem}"));
        let lines = files["a.rs"].lines().filter(|line| !line.is_empty());
        lines.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn each_item_goes_where_its_caption_says() {
        assert_eq!(
            assembled(&[
                ("fn b() {}", "a new file"),
                ("fn c() {}\n\n// Of d.\nfn d() {}", "after `fn b`"),
                ("fn a() {}", "before `fn b`"),
                ("use b;", "the beginning"),
                ("fn a2() {}", "after `fn a`"),
                ("struct First;", "after the `use` lines"),
            ]),
            "use b;\nstruct First;\nfn a() {}\nfn a2() {}\nfn b() {}\nfn c() {}\n// Of d.\nfn d() {}"
        );
    }

    #[test]
    fn an_item_that_is_shown_again_is_replaced() {
        assert_eq!(
            assembled(&[
                ("//! A.\n\nfn a() {}", "a new file"),
                (
                    "fn b() { 1 }\n\n#[cfg(x)]\nfn c() {}\n#[cfg(y)]\nfn c() {}",
                    "after `fn a`"
                ),
                ("impl A for B {\n    fn m() {}\n}", "after `fn a`"),
                ("fn m() {}", "in `impl A for B`, at its top"),
                ("fn b() { 2 }\n\nfn d() {}", "after `fn a`"),
                ("//! A.\nuse a;\n\nfn a() { 3 }", "the beginning"),
            ]),
            "//! A.\nuse a;\nfn a() { 3 }\nimpl A for B {\n    fn m() {}\n}\nfn b() { 2 }\nfn d() {}\n#[cfg(x)]\nfn c() {}\n#[cfg(y)]\nfn c() {}"
        );
    }

    #[test]
    fn what_has_no_place_is_refused() {
        let refused = |blocks: &[(&str, &str)]| files(&note(blocks)).expect_err("it is refused");
        assert_eq!(
            refused(&[("fn a() {}", "a new file"), ("fn b() {}", "after `fn c`")]),
            "line 10, a.rs: it belongs beside `fn c`, which no block above shows"
        );
        assert_eq!(
            refused(&[("fn a() {}", "a new file"), ("b", "in `fn c`, after `c`")]),
            "line 10, a.rs: this is part of an item that no block shows whole"
        );
    }

    #[test]
    fn files_that_are_no_rust_go_together_by_their_lines() {
        let note = "```html\n<p>\n</p>\n```\n*`a.html`, a new file*\n\n```html\n<b>\n```\n*`a.html`, before `</p>`*\n\n```html\n<i>\n```\n*`a.html`, between `<b>` and `</p>`*\n\n```html\n<u>\n```\n*`examples/a.html`, a new file*\n";
        let files = files(note).expect("each has a place");
        assert_eq!(files.len(), 1);
        assert_eq!(files["a.html"], "<p>\n<b>\n<i>\n</p>\n");
    }

    #[test]
    fn a_manifest_has_the_dependencies_that_are_shown() {
        let note = "```toml\n[dependencies]\na = \"1\"\n\n[dev-dependencies]\nb = \"1\"\n```\n*`Cargo.toml`, after `[package]`*\n";
        let manifest = manifest("05", &files(note).expect("it has a place"));
        assert!(manifest.starts_with("[package]\nname = \"lesson-05\"\n"));
        assert!(
            manifest.ends_with("\n[dependencies]\na = \"1\"\n\n"),
            "{manifest}"
        );
    }
}
