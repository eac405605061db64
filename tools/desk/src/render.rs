//! A deck as HTML.

use std::fmt::Write;

use arborium::Highlighter;
use pulldown_cmark::{CowStr, Event, Tag, TagEnd, html};

use crate::{highlight, live, own, picture};
use press::html::escaped;
use press::repository::Repository;
use press::rules::links::target_file;
use press::slides::check::{lessons, name, stem};
use press::slides::deck::{Code, Deck, Piece, Slide, text};
use press::slides::parts::parts;
use press::slides::{Kind, Step};

/// Where the slides are looked at.
#[derive(Clone, Copy, Debug)]
pub enum Place<'a> {
    /// In a page of the server.
    Served,
    /// On the screens of those who sit before the wall: without notes, and without anything to send.
    Shared,
    /// In a file of their own, beside those of these decks.
    File(&'a [String]),
}

/// The slides of a deck, each in a frame of its own, with its notes.
pub fn slides(
    highlighter: &mut Highlighter,
    repository: &Repository,
    path: &str,
    deck: &Deck,
    place: Place<'_>,
) -> String {
    let mut renderer = Renderer::of(highlighter, repository, path, deck, place);
    let mut html = String::new();
    for (slide, number) in deck.slides.iter().zip(1..) {
        renderer.slide(&mut html, slide, number);
    }
    html
}

/// One slide of a deck for those who sit before the wall.
pub fn slide(
    highlighter: &mut Highlighter,
    repository: &Repository,
    path: &str,
    deck: &Deck,
    number: usize,
) -> Option<String> {
    let slide = deck.slides.get(number.checked_sub(1)?)?;
    let mut html = String::new();
    Renderer::of(highlighter, repository, path, deck, Place::Shared)
        .slide(&mut html, slide, number);
    Some(html)
}

struct Renderer<'a> {
    highlighter: &'a mut Highlighter,
    path: &'a str,
    title: String,
    /// The package that live requests are for, if the deck is of a lesson.
    lesson: Option<String>,
    count: usize,
    /// The logo in each footer, if there is one.
    logo: String,
    /// How many consoles there are so far.
    consoles: usize,
    place: Place<'a>,
    repository: &'a Repository,
}

impl<'a> Renderer<'a> {
    fn of(
        highlighter: &'a mut Highlighter,
        repository: &'a Repository,
        path: &'a str,
        deck: &Deck,
        place: Place<'a>,
    ) -> Self {
        let lesson = lessons(repository)
            .iter()
            .any(|lesson| lesson == stem(path))
            .then(|| format!("lesson-{}", name(path)));
        Self {
            highlighter,
            path,
            title: deck.title(),
            lesson,
            count: deck.slides.len(),
            consoles: 0,
            logo: logo(repository, place),
            place,
            repository,
        }
    }

    fn slide(&mut self, html: &mut String, slide: &Slide, number: usize) {
        let level = if slide.is_title { 1 } else { 2 };
        let (class, label) = match slide.kind {
            _ if slide.is_title => (" title", ""),
            Kind::Question => (" question", "<p class=\"kind\">Question</p>"),
            Kind::Exercise => (" exercise", "<p class=\"kind\">Exercise</p>"),
            Kind::Plain => ("", ""),
        };
        let shape = shape(slide);
        let title = escaped(&slide.title());
        let _ = write!(
            html,
            "<div class=\"frame\" data-slide=\"{number}\" data-seconds=\"{seconds}\">\
             <section class=\"slide{class} {shape}\" id=\"{number}\" aria-labelledby=\"heading-{number}\">\
             <header>{label}<h{level} id=\"heading-{number}\">{heading}</h{level}></header>\
             <div class=\"body\">",
            seconds = slide.minutes.seconds(),
            heading = self.markdown(&slide.heading),
        );
        for piece in &slide.pieces {
            self.piece(html, piece);
        }
        let _ = write!(
            html,
            "</div><footer><span>{logo}{deck}</span><span>{number} / {count}</span></footer></section>",
            logo = self.logo,
            deck = escaped(&self.title),
            count = self.count,
        );
        if !matches!(self.place, Place::Shared) {
            let _ = write!(
                html,
                "<aside class=\"notes\" aria-label=\"Notes for slide {number}\">{notes}</aside>\
                 <a class=\"pick\" href=\"#{number}\" aria-label=\"Slide {number}: {title}\"></a>",
                notes = self.markdown(slide.notes.as_deref().unwrap_or_default()),
            );
        }
        html.push_str("</div>\n");
    }

    fn piece(&mut self, html: &mut String, piece: &Piece) {
        match piece {
            Piece::Markdown {
                events,
                in_steps: true,
                ..
            } => html.push_str(&self.in_steps(events)),
            Piece::Markdown { events, .. } => html.push_str(&self.markdown(events)),
            Piece::Code(code) => html.push_str(&self.code(code)),
            Piece::Live { live, recorded, .. } => {
                self.consoles += 1;
                let lesson = live.lesson.as_ref().or(self.lesson.as_ref());
                let console = live::Console {
                    id: format!("console-{}", self.consoles),
                    lesson: lesson.cloned().unwrap_or_default(),
                    request: &live.request,
                    recorded: recorded.as_ref().map(|code| code.text.as_str()),
                };
                html.push_str(&match self.place {
                    Place::Served => console.html(),
                    Place::Shared | Place::File(_) => console.recorded_html(),
                });
            }
        }
    }

    fn code(&mut self, code: &Code) -> String {
        let lines = highlight::html(self.highlighter, &code.language, &code.text);
        let language = escaped(&code.language);
        let steps = match code.steps.as_slice() {
            [] => String::new(),
            steps => format!(" data-steps=\"{}\"", steps_as_text(steps)),
        };
        let wraps = match code.language.as_str() {
            "http" | "console" => " wraps",
            _ => "",
        };
        format!(
            "<pre class=\"code{wraps}\" data-language=\"{language}\"{steps} tabindex=\"-1\"><code>{lines}</code></pre>"
        )
    }

    /// A list, or a drawing, that is shown part by part.
    fn in_steps(&self, events: &[Event<'static>]) -> String {
        let image = events.iter().find_map(|event| match event {
            Event::Start(Tag::Image { dest_url, .. }) => Some(dest_url),
            _ => None,
        });
        let (count, inside) = match image {
            Some(target) => {
                let file = target_file(self.path, target).ok().flatten();
                let svg = file.and_then(|file| self.repository.read(&file).ok());
                let count = parts(&svg.unwrap_or_default());
                let alt = text(events);
                let steps = (0..=count).map(|step| self.picture(target, &alt, Some((step, count))));
                (count, format!("<p>{}</p>", steps.collect::<String>()))
            }
            None => {
                let mut depth = 0;
                let items = events.iter().filter(|event| match event {
                    Event::Start(Tag::List(_)) => {
                        depth += 1;
                        false
                    }
                    Event::End(TagEnd::List(_)) => {
                        depth -= 1;
                        false
                    }
                    event => depth == 1 && matches!(event, Event::Start(Tag::Item)),
                });
                (items.count(), self.markdown(events))
            }
        };
        format!("<div class=\"reveals\" data-count=\"{count}\">{inside}</div>")
    }

    fn markdown(&self, events: &[Event<'static>]) -> String {
        let mut mapped = Vec::new();
        let mut rest = events.iter();
        while let Some(event) = rest.next() {
            match event {
                Event::Start(Tag::Image { dest_url, .. }) => {
                    let inside: Vec<Event<'_>> = rest
                        .by_ref()
                        .take_while(|event| !matches!(event, Event::End(TagEnd::Image)))
                        .cloned()
                        .collect();
                    mapped.push(as_html(self.picture(dest_url, &text(&inside), None)));
                }
                Event::Start(Tag::Link { dest_url, .. }) => {
                    mapped.push(as_html(self.link(dest_url)));
                }
                Event::End(TagEnd::Link) => mapped.push(as_html("</a>".to_owned())),
                // The check refuses it; here it is shown as it stands.
                Event::Html(raw) | Event::InlineHtml(raw) => mapped.push(Event::Text(raw.clone())),
                other => mapped.push(other.clone()),
            }
        }
        let mut out = String::new();
        html::push_html(&mut out, mapped.into_iter());
        out
    }

    /// A drawing comes twice: for light ground and for dark. Of one that is shown part by part, this is a step, and
    /// the number of the last.
    fn picture(&self, target: &str, alt: &str, step: Option<(usize, usize)>) -> String {
        let file = target_file(self.path, target).ok().flatten();
        let alt = escaped(alt.trim());
        let Some(file) = file else {
            return format!("<em>{alt}</em>");
        };
        let number = step.map(|(step, _)| step);
        let address = |ground| Some(escaped(&self.address(&file, ground, number)?));
        if !file.ends_with(".svg") {
            return match address(None) {
                Some(address) => {
                    format!("<img class=\"picture shot\" src=\"{address}\" alt=\"{alt}\">")
                }
                None => format!("<em>{alt}</em>"),
            };
        }
        let (later, data) = match step {
            None => ("", String::new()),
            Some((step, last)) => (
                if step < last { " later" } else { "" },
                format!(" data-step=\"{step}\""),
            ),
        };
        match (address(Some("light")), address(Some("dark"))) {
            (Some(light), Some(dark)) => format!(
                "<img class=\"picture on-light{later}\" src=\"{light}\" alt=\"{alt}\"{data}>\
                 <img class=\"picture on-dark{later}\" src=\"{dark}\" alt=\"{alt}\"{data}>"
            ),
            _ => format!("<em>{alt}</em>"),
        }
    }

    /// Where the page finds a picture. `None` if it is not in one of the rooms for pictures.
    fn address(&self, file: &str, ground: Option<&str>, step: Option<usize>) -> Option<String> {
        let (folder, name) = file.rsplit_once('/')?;
        let room = match folder {
            "notes/measured" => "measured",
            folder => folder.strip_suffix("/pictures")?,
        };
        match self.place {
            Place::Served | Place::Shared => {
                let ground = ground.map(|ground| format!("?ground={ground}"));
                let step = step.map(|step| format!("&step={step}"));
                let (ground, step) = (ground.unwrap_or_default(), step.unwrap_or_default());
                let root = root_of(self.place);
                Some(format!("{root}pictures/{room}/{name}{ground}{step}"))
            }
            Place::File(_) => {
                let bytes = picture::bytes(self.repository, file, ground, step).ok()?;
                Some(picture::in_page(picture::kind(name)?, &bytes))
            }
        }
    }

    /// The beginning of a link. To a deck it leads there; elsewhere in the repository there is
    /// nothing that a browser could show.
    fn link(&self, target: &str) -> String {
        let deck = match target_file(self.path, target) {
            Ok(None) => {
                let target = escaped(target);
                return format!("<a href=\"{target}\" target=\"_blank\" rel=\"noreferrer\">");
            }
            Ok(Some(file)) if file.starts_with("slides/") && file.ends_with(".md") => {
                match self.place {
                    Place::Served => format!("/{}/", name(&file)),
                    Place::File(others) if others.contains(&file) => {
                        format!("{}.html", stem(&file))
                    }
                    Place::Shared | Place::File(_) => return "<a>".to_owned(),
                }
            }
            _ => return "<a>".to_owned(),
        };
        format!("<a href=\"{}\">", escaped(&deck))
    }
}

/// Where the addresses of a page begin.
fn root_of(place: Place<'_>) -> &'static str {
    match place {
        Place::Served => "/",
        Place::Shared | Place::File(_) => "",
    }
}

fn logo(repository: &Repository, place: Place<'_>) -> String {
    let address = own::logo(repository).and_then(|file| match place {
        Place::Served | Place::Shared => Some(format!("{}own/logo", root_of(place))),
        Place::File(_) => {
            let bytes = picture::bytes(repository, file, None, None).ok()?;
            Some(picture::in_page(picture::kind(file)?, &bytes))
        }
    });
    let image = |address| format!("<img class=\"logo\" src=\"{address}\" alt=\"\">");
    address.map(image).unwrap_or_default()
}

fn as_html(html: String) -> Event<'static> {
    Event::InlineHtml(CowStr::from(html))
}

/// What a slide shows decides how large its words are.
fn shape(slide: &Slide) -> &'static str {
    let mut shape = "words";
    for piece in &slide.pieces {
        match piece {
            Piece::Live { .. } => return "with-live",
            Piece::Code(_) => shape = "with-code",
            Piece::Markdown { events, .. } => {
                for event in events {
                    match event {
                        Event::Start(Tag::Image { .. }) => shape = "with-picture",
                        Event::Start(Tag::Table(_)) => shape = "with-table",
                        _ => {}
                    }
                }
            }
        }
    }
    if slide.pieces.is_empty() {
        "heading-alone"
    } else {
        shape
    }
}

/// `1-3|5|8,10-12`
fn steps_as_text(steps: &[Step]) -> String {
    let step = |step: &Step| {
        let parts = step
            .iter()
            .map(|lines| format!("{}-{}", lines.start(), lines.end()));
        parts.collect::<Vec<_>>().join(",")
    };
    steps.iter().map(step).collect::<Vec<_>>().join("|")
}
