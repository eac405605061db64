//! The Markdown of the chapters.

use std::{collections::BTreeSet, ops::Range};

use desk::live::Console;
use house::headings::Slugs;
use press::{
    fill::caption_below,
    html::escaped,
    marker::{Marker, Source},
    page::{CodeBlock, Page},
    place::{self, as_html, read_caption},
    report::Problem,
    repository::Repository,
    target::{has_scheme, joined},
};
use pulldown_cmark::{Event, Parser};

use crate::{
    course::Lesson,
    links::{Wanted, address, relative, source_page},
};

/// Makes chapters of pages of the repository, and notes what they need beside them.
pub struct Chapters<'a> {
    /// The repository.
    pub repository: &'a Repository,
    /// Whether exchanges can be sent: the site is served here.
    pub live: bool,
    /// Files and folders that links lead to.
    pub wanted: Wanted,
    /// Pictures, as paths in the repository.
    pub pictures: BTreeSet<String>,
    /// What is wrong.
    pub problems: Vec<Problem>,
    /// How many consoles there are so far.
    consoles: usize,
}

/// A place in a page and what stands there instead.
type Edit = (Range<usize>, String);

impl<'a> Chapters<'a> {
    /// Nothing is made yet.
    pub fn of(repository: &'a Repository, live: bool) -> Self {
        Self {
            repository,
            live,
            wanted: Wanted::default(),
            pictures: BTreeSet::new(),
            problems: Vec::new(),
            consoles: 0,
        }
    }

    /// A page as a chapter: its links lead to pages of the site, its pictures come for light
    /// ground and for dark, and code says where it is from.
    pub fn page(&mut self, path: &str, text: &str) -> String {
        let page = Page::parse(text);
        let mut edits = Vec::new();
        for link in &page.links {
            let range = link.place.range.clone();
            let edit = match &link.alt {
                Some(alt) => self.picture(path, &link.target, alt),
                None => self.link(path, &link.target, &text[range.clone()]),
            };
            match edit {
                Ok(Some(instead)) => edits.push((range, instead)),
                Ok(None) => {}
                Err(message) => self.problem(path, link.place.line, message),
            }
        }
        for (number, comment) in page.comments.iter().enumerate() {
            let words = comment.text.as_deref().unwrap_or_default();
            let marker = Marker::parse(words).ok();
            let in_block = page.code_blocks.iter().find(|b| b.comment == Some(number));
            let range = comment.place.range.clone();
            let is_margin = at_margin(text, range.start);
            let end = in_block.map_or(range.end, |block| block.place.range.end);
            let below = caption_below(text, end, "").filter(|_| is_margin && in_block.is_some());
            let words = below.clone().and_then(|below| read_caption(&text[below]));
            let words = words.map(|(_, position)| format!(", {}", as_html(&position)));
            let [caption, grey] = match &marker {
                Some(Marker::Block(source)) if is_margin => {
                    self.caption(path, source, &words.unwrap_or_default())
                }
                _ => None,
            }
            .unwrap_or_else(|| ["\n".to_owned(), String::new()]);
            edits.push((range, caption));
            if let Some(below) = below {
                edits.push((below, grey));
            }
            if let (Some(Marker::Block(source)), Some(block), true) = (&marker, in_block, is_margin)
                && let Some(console) = self.console(path, source, block)
            {
                let end = block.place.range.end;
                edits.push((end..end, format!("\n\n{console}\n")));
            }
        }
        edits.extend(page.code_blocks.iter().filter_map(|b| as_rs(text, b)));
        applied(text, edits)
    }

    fn problem(&mut self, path: &str, line: usize, message: String) {
        self.problems.push(Problem {
            path: path.to_owned(),
            line,
            message,
        });
    }

    fn link(&mut self, path: &str, target: &str, source: &str) -> Result<Option<String>, String> {
        let Some(address) = address(self.repository, &mut self.wanted, path, target)? else {
            return Ok(None);
        };
        match source.rfind(&format!("]({target}")) {
            Some(at) => {
                let (before, after) = source.split_at(at + 2);
                Ok(Some(format!("{before}{address}{}", &after[target.len()..])))
            }
            None => Err(format!("write the link to {target} as [text]({target})")),
        }
    }

    fn picture(&mut self, path: &str, target: &str, alt: &str) -> Result<Option<String>, String> {
        if has_scheme(target) {
            return Err(format!("the picture {target} is on another host"));
        }
        let file = joined(path, target).filter(|file| self.repository.exists(file));
        let file = file.ok_or_else(|| format!("there is no picture {target}"))?;
        let (target, alt) = (relative(path, &file), escaped(alt.trim()));
        let alt = alt.replace('\n', " ");
        self.pictures.insert(file);
        Ok(Some(match target.strip_suffix(".svg") {
            Some(name) => format!(
                "<img class=\"picture on-light\" src=\"{name}.light.svg\" alt=\"{alt}\">\
                 <img class=\"picture on-dark\" src=\"{name}.dark.svg\" alt=\"{alt}\">"
            ),
            None => format!("<img class=\"picture shot\" src=\"{target}\" alt=\"{alt}\">"),
        }))
    }

    /// The line above a block of code, which says with a link to the very line where the code is from;
    /// and what stands below it. Around part of an item stand the lines next to it.
    fn caption(&mut self, path: &str, source: &Source, position: &str) -> Option<[String; 2]> {
        let Source::Code { path: file, shown } = source else {
            return None;
        };
        if file.starts_with("solutions/") || !self.repository.exists(file) {
            return None;
        }
        let place = place::of(self.repository, file, shown).ok()?;
        let fragment = match place.lines.start {
            0 => String::new(),
            start => format!("#L{}", start + 1),
        };
        let page = relative(path, &source_page(self.repository, file));
        self.wanted.0.insert(file.clone());
        let name = place::name_in(path, file).unwrap_or(file);
        let mut caption = format!(
            "<p class=\"from\"><a href=\"{page}{fragment}\">{}</a>{position}</p>\n\n",
            escaped(name)
        );
        let mut below = String::new();
        if let Some((above, after)) = place.neighbours.filter(|_| !position.is_empty()) {
            let line = |class: &str, line: &str| match line {
                "" => String::new(),
                line => format!("<div class=\"around {class}\">{}</div>\n\n", escaped(line)),
            };
            caption.push_str(&line("above", &above));
            below = format!("\n{}", line("below", &after));
        }
        Some([caption, below])
    }

    /// A console for an exchange with the page's own lesson that only asks for something.
    fn console(&mut self, path: &str, source: &Source, block: &CodeBlock) -> Option<String> {
        let Source::Exchange { path: requests, .. } = source else {
            return None;
        };
        let topic = path.strip_prefix("notes/")?.strip_suffix(".md")?;
        let is_own = requests.strip_prefix("tests/requests/")?.starts_with(topic);
        let content = &block.content;
        let (request, answers) = content.split_once("\n\nHTTP/1.")?;
        let asks_once = request.contains(" HTTP/1.") && !answers.contains("\n\nHTTP/1.");
        // The console ends the lines of such a body as the field does, and then it is too short.
        let asks_once = asks_once && !request.contains("multipart/form-data");
        let package = format!("lesson-{}", topic.split('-').next()?);
        let file = self.repository.read(requests).ok()?;
        if !self.live || !is_own || !asks_once || !asks_plainly(&file, &package) {
            return None;
        }
        self.consoles += 1;
        let console = Console {
            id: format!("console-{}", self.consoles),
            lesson: package,
            request,
            recorded: Some(content),
        };
        // An empty line would end the HTML.
        let html = console.html().replace('\n', "&#10;");
        Some(format!(
            "<details class=\"try\"><summary>Send it</summary>{html}</details>"
        ))
    }
}

/// Whether a file of requests asks the lesson as `cargo run` starts it.
fn asks_plainly(file: &str, package: &str) -> bool {
    let mut directives = file.lines().filter_map(|line| line.strip_prefix("# @"));
    let own = format!("server {package}");
    let servers: Vec<&str> = directives
        .clone()
        .filter(|line| line.starts_with("server "))
        .collect();
    (servers.is_empty() || servers.contains(&own.as_str()))
        && !directives.any(|line| {
            ["env ", "run ", "cookies", "connection "]
                .iter()
                .any(|kind| line.starts_with(kind))
        })
}

/// Whether nothing stands before this place on its line.
fn at_margin(text: &str, at: usize) -> bool {
    at == 0 || text[..at].ends_with('\n')
}

/// mdBook hides lines of Rust that begin with `#` and a space, as rustdoc does. They are code here.
fn as_rs(text: &str, block: &CodeBlock) -> Option<Edit> {
    if block.info.as_deref() != Some("rust") {
        return None;
    }
    let start = block.place.range.start;
    let at = start + text[start..].find("rust")?;
    Some((at..at + 4, "rs".to_owned()))
}

/// The text with the edits. Of two that overlap, the first counts.
fn applied(text: &str, mut edits: Vec<Edit>) -> String {
    edits.sort_by_key(|(range, _)| (range.start, range.end));
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for (range, instead) in edits {
        if range.start >= done {
            out.push_str(&text[done..range.start]);
            out.push_str(&instead);
            done = range.end;
        }
    }
    out.push_str(&text[done..]);
    out
}

/// The note with the ways to the lesson's other rooms below its heading.
pub fn with_ways(lesson: &Lesson, number_of_tasks: usize, chapter: &str) -> String {
    let mut ways = Vec::new();
    if lesson.has_source {
        ways.push(format!(
            "<a href=\"../source/{}/index.html\">Source of the lesson</a>",
            lesson.source()
        ));
    }
    if lesson.has_exercise {
        let page = format!("../exercises/{}.html", lesson.topic);
        let tasks = if number_of_tasks == 1 {
            "task"
        } else {
            "tasks"
        };
        ways.push(format!(
            "<a href=\"{page}\">Exercise ({number_of_tasks} {tasks})</a>"
        ));
    }
    if lesson.has_deck {
        let page = format!("../slides/{}.html", lesson.topic);
        ways.push(format!("<a href=\"{page}\">Slides</a>"));
    }
    below_heading(chapter, &ways_of("This lesson", &ways))
}

/// A row of links.
pub fn ways_of(label: &str, ways: &[String]) -> String {
    if ways.is_empty() {
        return String::new();
    }
    format!(
        "<nav class=\"ways\" aria-label=\"{label}\">{}</nav>\n\n",
        ways.join(" ")
    )
}

/// The page with something below its heading.
pub(crate) fn below_heading(chapter: &str, what: &str) -> String {
    let Some(at) = chapter.find("# ").filter(|&at| at_margin(chapter, at)) else {
        return format!("{what}{chapter}");
    };
    let end = chapter[at..]
        .find('\n')
        .map_or(chapter.len(), |end| at + end + 1);
    format!("{}\n{what}{}", &chapter[..end], &chapter[end..])
}

/// The note that explains the terms.
pub const GLOSSARY: &str = "notes/glossary.md";

/// The terms of the glossary: term, address in the site, and explanation.
pub fn terms(glossary: &str) -> Vec<(String, String, String)> {
    let page = GLOSSARY.replace(".md", ".html");
    let mut slugs = Slugs::default();
    let entries = glossary.lines().filter_map(entry);
    let terms = entries.map(|(term, _, rest)| {
        let address = format!("{page}#term-{}", slugs.next(term));
        (words(term), address, words(rest.trim_start_matches(": ")))
    });
    terms.collect()
}

/// Markdown without its marks.
fn words(markdown: &str) -> String {
    let parts = Parser::new(markdown).filter_map(|event| match event {
        Event::Text(text) | Event::Code(text) => Some(text.into_string()),
        _ => None,
    });
    parts.collect()
}

/// The glossary, each term with an anchor of its own and a link to the lesson that explains it.
pub fn glossary(lessons: &[Lesson], chapter: &str) -> String {
    let mut slugs = Slugs::default();
    let mut out = String::with_capacity(chapter.len() * 2);
    for line in chapter.split_inclusive('\n') {
        match entry(line) {
            Some((term, number, rest)) => {
                let slug = slugs.next(term);
                let lesson = lessons.iter().find(|lesson| lesson.number() == number);
                let number = match lesson {
                    Some(lesson) => format!("[{number}]({}.md)", lesson.topic),
                    None => number.to_owned(),
                };
                out.push_str(&format!(
                    "<span class=\"term\" id=\"term-{slug}\"></span>**{term}** ({number}){rest}"
                ));
            }
            None => out.push_str(line),
        }
    }
    out
}

/// The term, the number of its lesson, and what follows.
pub fn entry(line: &str) -> Option<(&str, &str, &str)> {
    let (term, rest) = line.strip_prefix("**")?.split_once("** (")?;
    let (number, rest) = rest.split_once(')')?;
    rest.starts_with(':').then_some((term, number, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lesson() -> Lesson {
        Lesson {
            topic: "05-a".to_owned(),
            title: "A".to_owned(),
            has_source: true,
            has_exercise: true,
            has_deck: false,
        }
    }

    fn chapter(text: &str, live: bool) -> (String, Vec<String>) {
        let folder = tempfile::tempdir().expect("room for a folder");
        for (file, text) in [
            ("notes/05-a.md", "# A\n"),
            ("notes/pictures/a.svg", "<svg/>"),
            ("notes/pictures/b.png", ""),
            (
                "lessons/05-a/src/main.rs",
                "//\n\n// ANCHOR: a\nfn a() {}\n// ANCHOR_END: a\n",
            ),
            (
                "lessons/05-a/src/c.rs",
                "fn c<C>() {\n    // ANCHOR: c\n    c\n    // ANCHOR_END: c\n}\n",
            ),
            ("tests/requests/05-a/a.http", "### A\nGET / HTTP/1.1\n"),
            (
                "tests/requests/05-a/b.http",
                "# @env A=b\n### A\nGET / HTTP/1.1\n",
            ),
        ] {
            let file = folder.path().join(file);
            std::fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
            std::fs::write(file, text).expect("a file");
        }
        let repository = Repository::open(folder.path()).expect("it is there");
        let mut chapters = Chapters::of(&repository, live);
        let chapter = chapters.page("notes/05-a.md", text);
        let problems = chapters.problems.iter().map(ToString::to_string);
        (chapter, problems.collect())
    }

    #[test]
    fn a_comment_for_sync_becomes_a_line_that_names_the_file() {
        let text = "<!-- sync: code lessons/05-a/src/main.rs#a -->\n```rust\nfn a() {}\n```\n";
        assert_eq!(
            chapter(text, false).0,
            "<p class=\"from\"><a href=\"../source/lessons/05-a/src/main.rs.html#L4\">src/main.rs</a></p>\n\n\
             ```rs\nfn a() {}\n```\n"
        );
        let text = "<!-- sync: code lessons/05-a/src/main.rs fn a -->\n```rust\nfn a() {}\n```\n*`src/main.rs`, after `fn b`*\n\nText.\n";
        assert_eq!(
            chapter(text, false).0,
            "<p class=\"from\"><a href=\"../source/lessons/05-a/src/main.rs.html#L4\">src/main.rs</a>, after <code>fn b</code></p>\n\n\
             ```rs\nfn a() {}\n```\n\n\nText.\n"
        );
        let text = "<!-- sync: code lessons/05-a/src/c.rs#c -->\n```rust\nc\n```\n*`src/c.rs`, in `fn c`, after `fn c<C>() {`*\n\nText.\n";
        assert_eq!(
            chapter(text, false).0,
            "<p class=\"from\"><a href=\"../source/lessons/05-a/src/c.rs.html#L3\">src/c.rs</a>, in <code>fn c</code>, after <code>fn c&lt;C&gt;() {</code></p>\n\n\
             <div class=\"around above\">fn c&lt;C&gt;() {</div>\n\n```rs\nc\n```\n\n<div class=\"around below\">}</div>\n\n\n\nText.\n"
        );
        let text = "- a\n\n  <!-- sync: code lessons/05-a/src/main.rs#a -->\n  ```rust\n  fn a() {}\n  ```\n";
        assert!(!chapter(text, false).0.contains("sync"));
        let text = "<!-- sync: include a.md -->\n\nb\n\n<!-- sync: end -->\n";
        assert_eq!(chapter(text, false).0.trim(), "b");
    }

    #[test]
    fn a_drawing_comes_for_light_ground_and_for_dark() {
        let (html, problems) = chapter(
            "![A \"word\"](pictures/a.svg)\n![B](pictures/b.png)\n",
            false,
        );
        assert_eq!(
            html,
            "<img class=\"picture on-light\" src=\"pictures/a.light.svg\" alt=\"A &quot;word&quot;\">\
             <img class=\"picture on-dark\" src=\"pictures/a.dark.svg\" alt=\"A &quot;word&quot;\">\n\
             <img class=\"picture shot\" src=\"pictures/b.png\" alt=\"B\">\n"
        );
        assert!(problems.is_empty());
    }

    #[test]
    fn what_leads_nowhere_is_named_with_its_line() {
        let (_, problems) = chapter("a\n\n[b](c.md) ![d](https://e.example/f.png)\n", false);
        assert_eq!(
            problems,
            [
                "notes/05-a.md:3: there is no notes/c.md for the link to c.md",
                "notes/05-a.md:3: the picture https://e.example/f.png is on another host"
            ]
        );
    }

    #[test]
    fn an_exchange_can_be_sent_where_the_site_is_served_and_the_lesson_runs_as_it_is() {
        let text = |name| {
            format!(
                "<!-- sync: exchange tests/requests/05-a/{name}.http -->\n```http\nGET / HTTP/1.1\n\nHTTP/1.1 200 OK\n```\n"
            )
        };
        assert!(!chapter(&text("a"), false).0.contains("<details"));
        assert!(!chapter(&text("b"), true).0.contains("<details"));
        let twice = text("a").replace("OK\n", "OK\n\nGET / HTTP/1.1\n\nHTTP/1.1 200 OK\n");
        assert!(!chapter(&twice, true).0.contains("<details"));
        let (html, _) = chapter(&text("a"), true);
        assert!(html.contains("data-lesson=\"lesson-05\""), "{html}");
    }

    #[test]
    fn a_term_has_an_anchor_and_leads_to_its_lesson() {
        assert_eq!(
            glossary(
                &[lesson()],
                "# G\n\n**Half-close** (05): a.\n\n**B** (06): c.\n"
            ),
            "# G\n\n<span class=\"term\" id=\"term-half-close\"></span>**Half-close** ([05](05-a.md)): a.\n\n\
             <span class=\"term\" id=\"term-b\"></span>**B** (06): c.\n"
        );
    }

    #[test]
    fn the_terms_are_searched_where_they_are_explained() {
        let term = |term: &str, slug: &str, words: &str| {
            let address = format!("notes/glossary.html#term-{slug}");
            (term.to_owned(), address, words.to_owned())
        };
        assert_eq!(
            terms("# G\n\n**ETag** (06): a `b` of [c](d.md).\n\n**Half-close** (05): e.\n"),
            [
                term("ETag", "etag", "a b of c."),
                term("Half-close", "half-close", "e.")
            ]
        );
    }

    #[test]
    fn the_ways_stand_below_the_heading() {
        assert_eq!(
            with_ways(&lesson(), 3, "# A\nb\n"),
            "# A\n\n<nav class=\"ways\" aria-label=\"This lesson\">\
             <a href=\"../source/lessons/05-a/index.html\">Source of the lesson</a> \
             <a href=\"../exercises/05-a.html\">Exercise (3 tasks)</a></nav>\n\nb\n"
        );
    }
}
