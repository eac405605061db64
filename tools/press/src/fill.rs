//! What the marked places of a page have to say.

use std::ops::Range;

use crate::{
    marker::{Marker, Source},
    page::{Comment, Page},
    place,
    repository::Repository,
    sources,
};

/// What the markers of a page come to.
#[derive(Debug, Default)]
pub struct Filled {
    /// The places whose source could be read.
    pub fillings: Vec<Filling>,
    /// What is wrong with the others: a line and a sentence.
    pub problems: Vec<(usize, String)>,
    /// The included Markdown: what is in there has been copied, whatever it is.
    pub included: Vec<Range<usize>>,
}

/// A place in a page, and the text it has to hold.
#[derive(Debug)]
pub struct Filling {
    /// The place, in bytes.
    pub range: Range<usize>,
    /// The line of the marker.
    pub line: usize,
    /// The source as the marker names it.
    pub source: String,
    /// What has to be there.
    pub text: String,
}

impl Filling {
    /// Whether `page`, the text that was asked about, holds this already.
    pub fn is_in(&self, page: &str) -> bool {
        page[self.range.clone()] == self.text
    }
}

/// Follows the markers of a page to their sources. `path` is the page's own.
pub fn page(repository: &Repository, path: &str, text: &str, page: &Page) -> Filled {
    let mut filler = Filler {
        repository,
        path,
        text,
        page,
        shown: lines_shown(repository, path, page),
        filled: Filled::default(),
    };
    let mut number = 0;
    while number < page.comments.len() {
        number += filler.comment(number);
    }
    filler.filled
}

/// The lines of a file that a block shows: the number of its comment, the file, the lines.
pub type Shown = (usize, String, Range<usize>);

/// Which lines of lessons' files the blocks of a note show. Nothing for other pages.
pub fn lines_shown(repository: &Repository, path: &str, page: &Page) -> Vec<Shown> {
    let mut shown = Vec::new();
    for (number, comment) in page.comments.iter().enumerate() {
        let marker = comment.text.as_deref().map(Marker::parse);
        if let Ok(Ok(Marker::Block(Source::Code {
            path: file,
            shown: part,
        }))) = marker
            && place::name_in(path, &file).is_some()
            && let Ok(place) = place::of(repository, &file, &part)
        {
            shown.push((number, file, place.lines));
        }
    }
    shown
}

/// The page with what its marked places have to hold.
pub fn apply(page: &str, fillings: &[Filling]) -> String {
    let mut text = String::with_capacity(page.len());
    let mut done = 0;
    for filling in fillings {
        text.push_str(&page[done..filling.range.start]);
        text.push_str(&filling.text);
        done = filling.range.end;
    }
    text.push_str(&page[done..]);
    text
}

/// A place and what it has to hold, or what is wrong.
type Found = Result<(Range<usize>, String), String>;

struct Filler<'a> {
    repository: &'a Repository,
    path: &'a str,
    text: &'a str,
    page: &'a Page,
    /// In a note, which lines of a lesson's files its blocks show: by the comment and the file.
    shown: Vec<Shown>,
    filled: Filled,
}

impl Filler<'_> {
    /// Works on a comment; the answer is how many comments that has settled.
    fn comment(&mut self, number: usize) -> usize {
        let comment = &self.page.comments[number];
        let text = match &comment.text {
            Ok(text) => text,
            Err(problem) => {
                let problem = (comment.place.line, (*problem).to_owned());
                self.filled.problems.push(problem);
                return 1;
            }
        };
        let (result, settled) = match Marker::parse(text) {
            Ok(Marker::Block(source)) => (self.block(number, &source), 1),
            Ok(Marker::Include { path }) => self.include(number, &path),
            Ok(Marker::End) => (Err("there is no `sync: include` above it".to_owned()), 1),
            Err(problem) => (Err(problem), 1),
        };
        match result {
            Ok((range, filling)) => self.filled.fillings.push(Filling {
                text: self.with_line_ends_of_page(&range, filling),
                range,
                line: comment.place.line,
                source: text.splitn(3, ' ').nth(2).unwrap_or(text).to_owned(),
            }),
            Err(problem) => {
                let problem = format!("`{text}`: {problem}");
                self.filled.problems.push((comment.place.line, problem));
            }
        }
        settled
    }

    fn block(&self, number: usize, source: &Source) -> Found {
        let block = self
            .page
            .code_blocks
            .iter()
            .find(|block| block.comment == Some(number))
            .ok_or("no fenced block begins on the line below")?;
        if !block.closed {
            return Err("the fenced block below is not closed".to_owned());
        }
        let content = sources::fetch(self.repository, source)?;
        let caption = self.caption(number, source)?;
        let range = block.place.range.clone();
        let margin = self.margin(range.start);
        let mut text = content.fenced(margin);
        let old = caption_below(self.text, range.end, margin);
        let end = old.map_or(range.end, |old| old.end);
        if let Some(caption) = caption {
            text.push_str(&format!("\n{margin}{caption}"));
            let next = line_below(self.text, end).map_or("", |(_, line)| line.trim());
            if !next.is_empty() && next != margin.trim() {
                text.push_str(&format!("\n{}", margin.trim_end()));
            }
        }
        Ok((range.start..end, text))
    }

    /// The line below a block that says where its code belongs: in a note, for a lesson's code.
    fn caption(&self, number: usize, source: &Source) -> Result<Option<String>, String> {
        let Source::Code { path, shown } = source else {
            return Ok(None);
        };
        let Some(file) = place::name_in(self.path, path) else {
            return Ok(None);
        };
        let mut place = place::of(self.repository, path, shown)?;
        // Who reads a note that shows the whole file has seen of it what the blocks above show.
        let of_file = || self.shown.iter().filter(|(_, other, _)| other == path);
        let says = place::lines_that_say(self.repository, path)?;
        if says
            .iter()
            .all(|(line, _)| of_file().any(|(_, _, lines)| lines.contains(line)))
        {
            let told: Vec<Range<usize>> = of_file()
                .filter(|(other, ..)| *other < number)
                .map(|(_, _, lines)| lines.clone())
                .collect();
            place = place::among(self.repository, path, place.lines, &told)?;
        }
        Ok(Some(place.markdown(file)))
    }

    /// What is to the left of a place: the spaces of a list, the `>` of a quotation.
    fn margin(&self, at: usize) -> &str {
        let before = &self.text[..at];
        &before[before.rfind('\n').map_or(0, |end| end + 1)..]
    }

    /// An include settles the comment that ends it, too.
    fn include(&mut self, number: usize, path: &str) -> (Found, usize) {
        let comments = &self.page.comments;
        let Some(end) = comments.get(number + 1).filter(|comment| is_end(comment)) else {
            let problem = "no `<!-- sync: end -->` follows, or another marker comes before it";
            return (Err(problem.to_owned()), 1);
        };
        let begin = &comments[number].place.range;
        let range = begin.end..end.place.range.start;
        self.filled.included.push(range.clone());
        let margins = [self.margin(begin.start), self.margin(range.end)];
        let result = match margins {
            ["", ""] => self.included(path).map(|text| (range, text)),
            _ => Err("an include and its end must be at the left margin".to_owned()),
        };
        (result, 2)
    }

    /// The text between the two comments: empty lines keep a table apart from them.
    fn included(&self, path: &str) -> Result<String, String> {
        let text = self.repository.read(path)?;
        let text = text.trim_matches('\n');
        if text.trim().is_empty() {
            return Err(format!("{path} is empty"));
        }
        let text = format!("\n{text}\n\n");
        // A fence or a comment that is not closed would swallow what follows on the page.
        let tried = format!("{text}<!-- sync: end -->\n");
        match Page::parse(&tried).comments.as_slice() {
            [end] if is_end(end) && end.place.range.start == text.len() => Ok(text),
            _ => Err(format!(
                "{path} has a `sync:` comment, or something that is not closed"
            )),
        }
    }

    /// A page may have been checked out with CRLF; then all its lines shall end so.
    fn with_line_ends_of_page(&self, range: &Range<usize>, text: String) -> String {
        let lines_above = &self.text[..range.start];
        match lines_above.rfind('\n') {
            Some(end) if lines_above[..end].ends_with('\r') => text.replace('\n', "\r\n"),
            _ => text,
        }
    }
}

/// The caption on the line below a block that ends at `end`, without the margin.
pub fn caption_below(text: &str, end: usize, margin: &str) -> Option<Range<usize>> {
    let (start, line) = line_below(text, end)?;
    let caption = line.strip_prefix(margin)?.trim_end();
    let start = start + margin.len();
    place::is_caption(caption).then(|| start..start + caption.len())
}

/// The line below, and where it begins.
fn line_below(text: &str, end: usize) -> Option<(usize, &str)> {
    let rest = text[end..].trim_start_matches('\r').strip_prefix('\n')?;
    Some((text.len() - rest.len(), rest.split('\n').next()?))
}

fn is_end(comment: &Comment) -> bool {
    comment
        .text
        .as_deref()
        .is_ok_and(|text| Marker::parse(text) == Ok(Marker::End))
}
