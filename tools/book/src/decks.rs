//! A deck as a page to read: its slides one below the other, with what is said over each.

use press::{html::escaped, target::has_scheme};
use pulldown_cmark::{Event, Options, Parser, Tag, html};

use crate::{
    course,
    links::{deck_page, relative},
    pages::Chapters,
    sources::frame,
};

/// The page of the deck at `path`.
///
/// # Errors
///
/// When the deck cannot be read.
pub fn page(chapters: &mut Chapters<'_>, path: &str) -> Result<String, String> {
    let text = chapters.repository.read(path)?;
    let address = deck_page(path);
    let topic = path.trim_start_matches("slides/").trim_end_matches(".md");
    let mut crumbs = String::new();
    if chapters.repository.exists(&format!("notes/{topic}.md")) {
        let number = topic.split('-').next().unwrap_or(topic);
        let note = relative(&address, &format!("notes/{topic}.html"));
        crumbs.push_str(&format!(" / <a href=\"{note}\">Note {number}</a>"));
    }
    crumbs.push_str(" / Slides");
    let number = match topic.split_once('-') {
        Some((number, _)) => number,
        None => topic,
    };
    let body = beside(&as_page(&chapters.page(path, &text), number));
    let title = format!("Slides: {}", course::title(&text));
    Ok(frame(
        &address,
        &title,
        &crumbs,
        &format!("<article class=\"deck\">\n{body}</article>\n"),
    ))
}

/// Markdown as the body of a page beside the chapters.
pub(crate) fn beside(markdown: &str) -> String {
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_HEADING_ATTRIBUTES;
    let events = Parser::new_ext(markdown, options);
    let mut body = String::new();
    html::push_html(&mut body, events.map(as_html));
    // What can be scrolled can be reached by the keyboard.
    crate::finish::styled(&body)
        .replace("<pre><code", "<pre><code tabindex=\"0\"")
        .replace(
            "<table>",
            "<div class=\"table-wrapper\" tabindex=\"0\"><table>",
        )
        .replace("</table>", "</table></div>")
}

/// The deck without its directives: the minutes of a slide as words, its notes to be unfolded.
fn as_page(deck: &str, number: &str) -> String {
    let mut page = String::new();
    let mut fence: Option<String> = None;
    let mut in_notes = false;
    for line in deck.lines() {
        if let Some(closing) = &fence {
            if line.trim_end() == closing {
                fence = None;
            }
        } else if line.starts_with("```") {
            let ticks = line.len() - line.trim_start_matches('`').len();
            fence = Some("`".repeat(ticks));
        } else if let Some(directive) = directive(line) {
            if let Some(rest) = directive.strip_prefix("slide:") {
                page.push_str(&format!(
                    "\n<p class=\"kind\">{}</p>\n\n",
                    escaped(rest.trim())
                ));
            }
            continue;
        } else if line == "### Notes" {
            page.push_str("\n<details class=\"said\"><summary>What to say</summary>\n\n");
            in_notes = true;
            continue;
        } else if in_notes && line.starts_with("## ") {
            page.push_str("\n</details>\n\n");
            in_notes = false;
        }
        page.push_str(line);
        page.push('\n');
    }
    if in_notes {
        page.push_str("\n</details>\n");
    }
    let end = page.find('\n').map_or(page.len(), |end| end + 1);
    let show = format!("\nTo show it: `cargo slides {number}`\n\n");
    page.insert_str(end, &show);
    page
}

fn directive(line: &str) -> Option<&str> {
    let inside = line.trim().strip_prefix("<!--")?.strip_suffix("-->")?;
    Some(inside.trim())
}

/// Chapters are Markdown for mdBook; here, links to them lead to their HTML.
fn as_html(event: Event<'_>) -> Event<'_> {
    match event {
        Event::Start(Tag::Link {
            link_type,
            dest_url,
            title,
            id,
        }) if !has_scheme(&dest_url) => {
            let address = dest_url.replacen(".md", ".html", 1);
            Event::Start(Tag::Link {
                link_type,
                dest_url: address.into(),
                title,
                id,
            })
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directives_become_words_and_notes_are_folded() {
        let deck = "# A\n<!-- slide: 1 min -->\nb\n\n### Notes\nc\n\n## D\n<!-- slide: 2 min, question -->\n\
                    <!-- live: GET / -->\n```http\n<!-- e -->\n## f\n```\n\n### Notes\ng\n";
        assert_eq!(
            as_page(deck, "05"),
            "# A\n\nTo show it: `cargo slides 05`\n\n\n<p class=\"kind\">1 min</p>\n\nb\n\n\
             \n<details class=\"said\"><summary>What to say</summary>\n\nc\n\n\n</details>\n\n\
             ## D\n\n<p class=\"kind\">2 min, question</p>\n\n```http\n<!-- e -->\n## f\n```\n\n\
             \n<details class=\"said\"><summary>What to say</summary>\n\ng\n\n</details>\n"
        );
    }
}
