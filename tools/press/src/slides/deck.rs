//! A deck, taken apart.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::directive::{self, Kind, Live, Minutes, Step};

/// A deck. Any text is one; what is wrong with how it is written is in `defects`.
#[derive(Debug, Default)]
pub struct Deck {
    /// The slides, the title slide first.
    pub slides: Vec<Slide>,
    /// What could not be read: a line and a sentence.
    pub defects: Vec<(usize, String)>,
}

/// One slide.
#[derive(Debug, Default)]
pub struct Slide {
    /// The line of its heading, counted from 1.
    pub line: usize,
    /// Whether it is a `#`, as the title slide is.
    pub is_title: bool,
    /// What the heading shows.
    pub heading: Vec<Event<'static>>,
    /// How long it is spoken about.
    pub minutes: Minutes,
    /// What it is there for.
    pub kind: Kind,
    /// What it shows below its heading.
    pub pieces: Vec<Piece>,
    /// What is spoken; `None` without a heading `### Notes`.
    pub notes: Option<Vec<Event<'static>>>,
}

/// A part of a slide.
#[derive(Debug)]
pub enum Piece {
    /// A paragraph, a list, a table: one block of Markdown.
    Markdown {
        /// The line it begins on.
        line: usize,
        /// The block.
        events: Vec<Event<'static>>,
        /// Whether its items, or the parts of its drawing, are shown one after the other.
        in_steps: bool,
    },
    /// A fenced block.
    Code(Code),
    /// A request to send, and the exchange that was recorded for it.
    Live {
        /// The line of its comment.
        line: usize,
        /// The request.
        live: Live,
        /// The block below the comment.
        recorded: Option<Code>,
    },
}

/// A fenced block.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Code {
    /// The line of its opening fence.
    pub line: usize,
    /// The word behind the fence.
    pub language: String,
    /// What it shows, without a line end behind the last line.
    pub text: String,
    /// What is highlighted one after the other.
    pub steps: Vec<Step>,
}

impl Slide {
    /// The heading, without markup.
    pub fn title(&self) -> String {
        text(&self.heading)
    }
}

impl Deck {
    /// Takes a deck apart.
    pub fn parse(text: &str) -> Self {
        let mut reader = Reader {
            text,
            deck: Self::default(),
            awaits_minutes: false,
            in_notes: false,
            steps: None,
            each: None,
            live: None,
        };
        if !text.starts_with("# ") {
            reader.defect(
                1,
                "a deck begins with its title, `# Title`, on the first line",
            );
        }
        for (events, range) in blocks(text) {
            reader.block(events, range);
        }
        reader.settle();
        reader.deck
    }

    /// The title of the deck, without markup.
    pub fn title(&self) -> String {
        self.slides.first().map(Slide::title).unwrap_or_default()
    }

    /// How long the session is.
    pub fn minutes(&self) -> Minutes {
        self.slides.iter().map(|slide| slide.minutes).sum()
    }

    /// How often the room is asked.
    pub fn questions(&self) -> usize {
        let kinds = self.slides.iter().map(|slide| slide.kind);
        kinds.filter(|kind| *kind == Kind::Question).count()
    }
}

/// The words of some Markdown, without its markup.
pub fn text(events: &[Event<'_>]) -> String {
    let mut text = String::new();
    for event in events {
        match event {
            Event::Text(words) | Event::Code(words) => text.push_str(words),
            Event::SoftBreak | Event::HardBreak => text.push(' '),
            Event::End(
                TagEnd::Paragraph | TagEnd::Item | TagEnd::TableCell | TagEnd::CodeBlock,
            ) => {
                text.push(' ');
            }
            _ => {}
        }
    }
    text
}

/// The blocks at the left margin.
fn blocks(text: &str) -> Vec<(Vec<Event<'static>>, Range<usize>)> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_GFM;
    let mut blocks: Vec<(Vec<Event<'static>>, Range<usize>)> = Vec::new();
    let mut depth = 0;
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        if depth == 0 {
            blocks.push((Vec::new(), range));
        }
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth -= 1,
            _ => {}
        }
        if let Some((events, _)) = blocks.last_mut() {
            events.push(event.into_static());
        }
    }
    blocks
}

struct Reader<'a> {
    text: &'a str,
    deck: Deck,
    /// Whether the block before was the heading of a slide.
    awaits_minutes: bool,
    in_notes: bool,
    /// `steps:` that await their block, and the line they are on.
    steps: Option<(usize, Vec<Step>)>,
    /// The line of a `steps: each` that awaits its list or its drawing.
    each: Option<usize>,
    /// A request that awaits its block, and the line it is on.
    live: Option<(usize, Live)>,
}

impl Reader<'_> {
    fn defect(&mut self, line: usize, message: impl Into<String>) {
        self.deck.defects.push((line, message.into()));
    }

    fn line(&self, at: usize) -> usize {
        1 + self.text[..at].matches('\n').count()
    }

    fn block(&mut self, events: Vec<Event<'static>>, range: Range<usize>) {
        let line = self.line(range.start);
        if let [Event::Start(Tag::HtmlBlock), ..] = events.as_slice() {
            return self.html(&self.text[range], line);
        }
        if let [Event::Start(Tag::CodeBlock(kind)), ..] = events.as_slice()
            && !self.in_notes
        {
            let language = match kind {
                CodeBlockKind::Fenced(info) => info.split_whitespace().next().unwrap_or(""),
                CodeBlockKind::Indented => "",
            };
            let code = Code {
                line,
                language: language.to_owned(),
                text: text(&events).trim_end().to_owned(),
                steps: Vec::new(),
            };
            return self.code(code);
        }
        let has_steps =
            |event: &Event<'_>| matches!(event, Event::Start(Tag::List(_) | Tag::Image { .. }));
        let in_steps = events.iter().any(has_steps) && self.each.take().is_some();
        self.settle();
        let html = events.iter().find_map(|event| match event {
            Event::InlineHtml(html) | Event::Html(html) => Some(html.trim()),
            _ => None,
        });
        if let Some(html) = html {
            self.defect(line, format!("a slide is Markdown, without HTML: `{html}`"));
        }
        if let [Event::Start(Tag::Heading { level, .. }), inside @ .., _] = events.as_slice() {
            return self.heading(*level, inside.to_vec(), line);
        }
        self.ask_for_minutes();
        match self.deck.slides.last_mut() {
            None => self.defect(line, "this comes before the first slide"),
            Some(slide) if self.in_notes => {
                slide.notes.get_or_insert_default().extend(events);
            }
            Some(slide) => slide.pieces.push(Piece::Markdown {
                line,
                events,
                in_steps,
            }),
        }
    }

    fn heading(&mut self, level: HeadingLevel, heading: Vec<Event<'static>>, line: usize) {
        self.ask_for_minutes();
        match level {
            HeadingLevel::H1 | HeadingLevel::H2 => {
                let is_title = level == HeadingLevel::H1;
                match (is_title, self.deck.slides.is_empty()) {
                    (true, false) => {
                        self.defect(line, "a deck has one title: slides begin with `##`");
                    }
                    (false, true) => self.defect(line, "the first slide is the title slide, `#`"),
                    _ => {}
                }
                self.deck.slides.push(Slide {
                    line,
                    is_title,
                    heading,
                    ..Slide::default()
                });
                self.awaits_minutes = true;
                self.in_notes = false;
            }
            HeadingLevel::H3 if text(&heading) == "Notes" && !self.in_notes => {
                self.in_notes = true;
                if let Some(slide) = self.deck.slides.last_mut() {
                    slide.notes = Some(Vec::new());
                }
            }
            _ => self.defect(
                line,
                "below the heading of a slide, there is one `### Notes` and no other heading",
            ),
        }
    }

    /// The comment `slide:` comes right behind the heading.
    fn ask_for_minutes(&mut self) {
        if std::mem::take(&mut self.awaits_minutes) {
            let line = self.deck.slides.last().map_or(1, |slide| slide.line);
            self.defect(
                line,
                "below the heading, `<!-- slide: 2 min -->` is missing",
            );
        }
    }

    fn html(&mut self, html: &str, line: usize) {
        let comment = html
            .trim()
            .strip_prefix("<!--")
            .and_then(|rest| rest.strip_suffix("-->"))
            .filter(|inside| !inside.contains("-->"));
        let Some(comment) = comment else {
            let html = html.lines().next().unwrap_or_default().trim();
            let message =
                format!("a slide is Markdown and comments, each alone on its line: `{html}`");
            return self.defect(line, message);
        };
        let (word, rest) = comment
            .trim()
            .split_once(':')
            .unwrap_or((comment.trim(), ""));
        let result = match word {
            "slide" => self.slide_comment(rest),
            "steps" | "live" if self.in_notes => Err(format!("`{word}:` is in the notes")),
            "steps" if rest.trim() == "each" => {
                self.each = Some(line);
                Ok(())
            }
            "steps" => directive::steps(rest).map(|steps| self.steps = Some((line, steps))),
            "live" => {
                self.settle();
                directive::live(rest).map(|live| self.live = Some((line, live)))
            }
            // `cargo sync` reads these.
            "sync" => Ok(()),
            _ => Err("there are the comments slide, steps, live and sync".to_owned()),
        };
        if let Err(problem) = result {
            let comment = comment.split_whitespace().collect::<Vec<_>>().join(" ");
            self.defect(line, format!("`{comment}`: {problem}"));
        }
        if word != "slide" {
            self.ask_for_minutes();
        }
    }

    fn slide_comment(&mut self, rest: &str) -> Result<(), String> {
        if !std::mem::take(&mut self.awaits_minutes) {
            return Err("it must be right below the heading of its slide".to_owned());
        }
        let (minutes, kind) = directive::slide(rest)?;
        if let Some(slide) = self.deck.slides.last_mut() {
            (slide.minutes, slide.kind) = (minutes, kind);
        }
        Ok(())
    }

    fn code(&mut self, mut code: Code) {
        self.ask_for_minutes();
        self.settle_each();
        if let Some((line, steps)) = self.steps.take() {
            let count = code.text.lines().count();
            let last = steps.iter().flatten().map(|lines| *lines.end()).max();
            if let Some(last) = last.filter(|last| *last > count) {
                let message = format!("the block below has no line {last}: it ends with {count}");
                self.defect(line, message);
            }
            code.steps = steps;
        }
        let piece = match self.live.take() {
            Some((line, live)) => Piece::Live {
                line,
                live,
                recorded: Some(code),
            },
            None => Piece::Code(code),
        };
        self.push(piece);
    }

    fn push(&mut self, piece: Piece) {
        if let Some(slide) = self.deck.slides.last_mut() {
            slide.pieces.push(piece);
        }
    }

    fn settle_each(&mut self) {
        if let Some(line) = self.each.take() {
            self.defect(line, "there is no list and no picture below `steps: each`");
        }
    }

    /// What still awaits a block when something else comes.
    fn settle(&mut self) {
        self.settle_each();
        if let Some((line, _)) = self.steps.take() {
            self.defect(line, "there is no block below `steps:`");
        }
        if let Some((line, live)) = self.live.take() {
            self.push(Piece::Live {
                line,
                live,
                recorded: None,
            });
        }
    }
}
