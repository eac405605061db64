//! A Markdown page, taken apart into what the press looks at. The text itself stays as it is:
//! everything here says only where in the text it is.

use std::ops::Range;

use pulldown_cmark::{BrokenLink, CodeBlockKind, Event, LinkType, Options, Parser, Tag, TagEnd};

use house::headings::Slugs;

/// What a page contains, from top to bottom.
#[derive(Debug, Default)]
pub struct Page {
    /// The comments that begin with `sync:`, and comments that never end.
    pub comments: Vec<Comment>,
    /// The code blocks.
    pub code_blocks: Vec<CodeBlock>,
    /// The anchors of the headings.
    pub anchors: Vec<String>,
    /// Links and images.
    pub links: Vec<Link>,
    /// References such as `[text][name]` to a name that the page does not define.
    pub undefined: Vec<Place>,
    /// HTML that links or loads something.
    pub html_links: Vec<Place>,
}

/// A piece of the page's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Where it is, in bytes.
    pub range: Range<usize>,
    /// The line it begins on, counted from 1.
    pub line: usize,
}

/// A comment for the press.
#[derive(Debug)]
pub struct Comment {
    /// Where it is. A comment that is alone ends with its line.
    pub place: Place,
    /// What it says, with single spaces; or what is wrong with how it is written.
    pub text: Result<String, &'static str>,
}

/// A code block.
#[derive(Debug)]
pub struct CodeBlock {
    /// From the opening fence, without what comes before it on its line, to the closing fence.
    pub place: Place,
    /// The words behind the opening fence; `None` for a block that is only indented.
    pub info: Option<String>,
    /// What the block shows.
    pub content: String,
    /// Whether there is a closing fence.
    pub closed: bool,
    /// The comment on the line above, as an index into [`Page::comments`].
    pub comment: Option<usize>,
}

/// A link or an image.
#[derive(Debug)]
pub struct Link {
    /// Where it is.
    pub place: Place,
    /// What it points to.
    pub target: String,
    /// For an image: what is read out in its place.
    pub alt: Option<String>,
}

impl Page {
    /// Takes a page apart. Any text is a page.
    pub fn parse(text: &str) -> Self {
        let mut undefined = Vec::new();
        let note_undefined = |link: BrokenLink<'_>| {
            // `[word]` alone is how one writes a word in brackets.
            if !matches!(link.link_type, LinkType::Shortcut) {
                undefined.push(place(text, link.span));
            }
            None
        };
        let options = Options::ENABLE_TABLES
            | Options::ENABLE_FOOTNOTES
            | Options::ENABLE_STRIKETHROUGH
            | Options::ENABLE_TASKLISTS
            | Options::ENABLE_GFM;
        let parser = Parser::new_with_broken_link_callback(text, options, Some(note_undefined));
        let mut reader = Reader::new(text);
        for (event, range) in parser.into_offset_iter() {
            reader.event(event, range);
        }
        let mut page = reader.page;
        page.undefined = undefined;
        page
    }
}

fn place(text: &str, range: Range<usize>) -> Place {
    let line = 1 + text[..range.start].matches('\n').count();
    Place { range, line }
}

/// Follows the events of the parser.
struct Reader<'a> {
    text: &'a str,
    page: Page,
    slugs: Slugs,
    /// The comment that ended right before this event.
    comment_above: Option<usize>,
    /// The end of the text seen last in the code block that is open.
    code_end: usize,
    /// Whether a code block is open.
    in_code: bool,
    /// The text so far of the heading that is open.
    heading: Option<String>,
    /// The images that are open: one may be in the other's text.
    images: Vec<usize>,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text,
            page: Page::default(),
            slugs: Slugs::default(),
            comment_above: None,
            code_end: 0,
            in_code: false,
            heading: None,
            images: Vec::new(),
        }
    }

    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        let comment_above = self.comment_above.take();
        match event {
            Event::Start(Tag::HtmlBlock) => self.html(range, true),
            Event::End(TagEnd::HtmlBlock) => self.comment_above = self.comment_ending_at(range.end),
            Event::InlineHtml(_) => self.html(range, false),
            Event::Start(Tag::CodeBlock(kind)) => self.begin_code(&kind, range, comment_above),
            Event::End(TagEnd::CodeBlock) => self.end_code(range),
            Event::Start(Tag::Heading { .. }) => self.heading = Some(String::new()),
            Event::End(TagEnd::Heading(_)) => self.end_heading(),
            Event::Start(Tag::Link {
                link_type: LinkType::Email,
                ..
            }) => {}
            Event::Start(Tag::Link { dest_url, .. }) => {
                self.link(range, dest_url.into_string(), None);
            }
            Event::Start(Tag::Image { dest_url, .. }) => {
                self.images.push(self.page.links.len());
                self.link(range, dest_url.into_string(), Some(String::new()));
            }
            Event::End(TagEnd::Image) => {
                self.images.pop();
            }
            Event::Text(text) => self.words(&text, range),
            Event::Code(text) => self.words(&text, range),
            Event::SoftBreak | Event::HardBreak => self.words(" ", range),
            _ => {}
        }
    }

    fn place(&self, range: Range<usize>) -> Place {
        place(self.text, range)
    }

    fn html(&mut self, range: Range<usize>, block: bool) {
        let html = &self.text[range.clone()];
        let never_ends = block && html.starts_with("<!--") && !html.contains("-->");
        if never_ends || has_sync_comment(html) {
            let text = comment_text(html, block);
            let place = self.place(range);
            self.page.comments.push(Comment { place, text });
        } else if !html.starts_with("<!--") && refers(html) {
            let place = self.place(range);
            self.page.html_links.push(place);
        }
    }

    fn comment_ending_at(&self, end: usize) -> Option<usize> {
        let last = self.page.comments.last()?;
        (last.place.range.end == end).then_some(self.page.comments.len() - 1)
    }

    fn begin_code(
        &mut self,
        kind: &CodeBlockKind<'_>,
        range: Range<usize>,
        comment_above: Option<usize>,
    ) {
        let info = match kind {
            CodeBlockKind::Fenced(info) => Some(info.trim().to_owned()),
            CodeBlockKind::Indented => None,
        };
        self.in_code = true;
        self.code_end = range.start;
        let place = self.place(range);
        let comment = comment_above.filter(|&comment| {
            let above = &self.page.comments[comment].place.range;
            let between = &self.text[above.end..place.range.start];
            info.is_some() && !between.contains('\n')
        });
        self.page.code_blocks.push(CodeBlock {
            place,
            info,
            content: String::new(),
            closed: false,
            comment,
        });
    }

    /// A closed block goes on after its last text, and after its opening line: with the fence.
    fn end_code(&mut self, range: Range<usize>) {
        self.in_code = false;
        let source = &self.text[range.clone()];
        let opening = range.start + source.find('\n').unwrap_or(source.len());
        let rest = self.text.get(self.code_end.max(opening)..range.end);
        if let Some(block) = self.page.code_blocks.last_mut() {
            block.closed = rest.is_some_and(|rest| !rest.trim().is_empty());
        }
    }

    fn end_heading(&mut self) {
        if let Some(heading) = self.heading.take() {
            self.page.anchors.push(self.slugs.next(&heading));
        }
    }

    fn link(&mut self, range: Range<usize>, target: String, alt: Option<String>) {
        let place = self.place(range);
        self.page.links.push(Link { place, target, alt });
    }

    fn words(&mut self, text: &str, range: Range<usize>) {
        if self.in_code {
            self.code_end = range.end;
            if let Some(block) = self.page.code_blocks.last_mut() {
                block.content.push_str(text);
            }
            return;
        }
        for &image in &self.images {
            if let Some(alt) = &mut self.page.links[image].alt {
                alt.push_str(text);
            }
        }
        if let Some(heading) = self.heading.as_mut().filter(|_| self.images.is_empty()) {
            heading.push_str(text);
        }
    }
}

fn has_sync_comment(html: &str) -> bool {
    html.match_indices("<!--")
        .any(|(at, opening)| html[at + opening.len()..].trim_start().starts_with("sync:"))
}

/// What the comment in `html` says, if there is nothing but the comment.
fn comment_text(html: &str, block: bool) -> Result<String, &'static str> {
    if !html.contains("-->") {
        return Err("the comment is not closed by `-->`");
    }
    let inside = html
        .trim()
        .strip_prefix("<!--")
        .and_then(|rest| rest.strip_suffix("-->"))
        .filter(|inside| block && !inside.contains("-->"))
        .ok_or("a `sync:` comment must be alone on its line")?;
    Ok(inside.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Whether a tag in `html` links to something or loads it.
fn refers(html: &str) -> bool {
    let html = html.to_ascii_lowercase();
    ["href", "src", "srcset"].iter().any(|attribute| {
        html.match_indices(attribute)
            .any(|(at, name)| html[at + name.len()..].trim_start().starts_with('='))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fence_knows_the_comment_on_the_line_above() {
        let page =
            Page::parse("<!-- sync: code a -->\n```\n```\n\n<!-- sync: code b -->\n\n```\n```\n");
        let comments: Vec<_> = page.code_blocks.iter().map(|block| block.comment).collect();
        assert_eq!(comments, [Some(0), None]);
        assert_eq!(page.comments[0].text, Ok("sync: code a".to_owned()));
    }

    #[test]
    fn a_fence_within_a_longer_fence_is_its_content() {
        let page = Page::parse("````md\n<!-- sync: code a -->\n```\n```\n````\n");
        assert_eq!(page.code_blocks.len(), 1);
        assert!(page.code_blocks[0].closed);
        assert!(page.comments.is_empty());
    }

    #[test]
    fn fences_are_closed_by_a_fence_of_their_own_kind_only() {
        let closed = |text: &str| Page::parse(text).code_blocks[0].closed;
        assert!(closed("```\n```"));
        assert!(closed("```\na\n```   \n"));
        assert!(closed("- ```\r\n  a\r\n  ```\r\n"));
        assert!(closed("> ~~~\n> a\n> ~~~~\n"));
        assert!(!closed("```"));
        assert!(!closed("```sh"));
        assert!(!closed("```\na"));
        assert!(!closed("````\na\n```\n"));
        assert!(!closed("```\na\n~~~\n\n\n"));
        assert!(!closed("- ```\n  a\n\n```\n```\n"));
    }

    #[test]
    fn a_heading_gives_an_anchor_without_its_markup() {
        let page = Page::parse("# 05 · `Handler` and [traits](x.md)\n\nTwo\n===\n");
        assert_eq!(page.anchors, ["05--handler-and-traits", "two"]);
    }
}
