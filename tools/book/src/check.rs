//! What a built site must not have: links that lead nowhere, blocks that were not filled, anything
//! that another host would have to bring.

use std::{
    collections::{HashMap, HashSet},
    path::Path,
};

use press::{
    report::Problem,
    target::{has_scheme, joined},
};

use crate::{
    html::{Tag, tags},
    site::pages_in,
};

/// Marks of a place that was to be filled and was not.
const UNFILLED: [&str; 3] = ["<!-- sync:", "{{#include", "{{#rustdoc_include"];

/// Goes through all pages of the site in `site`. A problem's path is the address of the page.
///
/// # Errors
///
/// When the site cannot be read.
pub fn site(site: &Path) -> Result<Vec<Problem>, String> {
    let pages: Vec<(String, String, Vec<Tag>)> = pages_in(site)?
        .into_iter()
        .map(|(address, html)| {
            let tags = tags(&html);
            (address, html, tags)
        })
        .collect();
    let ids: HashMap<&str, HashSet<&str>> = pages
        .iter()
        .map(|(address, _, tags)| {
            let ids = tags.iter().filter_map(|tag| tag.get("id"));
            (address.as_str(), ids.collect())
        })
        .collect();
    let mut problems = Vec::new();
    for (address, html, tags) in &pages {
        let mut say = |line: usize, message: String| {
            problems.push(Problem {
                path: address.clone(),
                line,
                message,
            });
        };
        for tag in tags {
            for message in tag_problems(site, &ids, address, tag) {
                say(tag.line, message);
            }
        }
        for (line, message) in doubled(tags) {
            say(line, message);
        }
        if !is_beside(address) {
            for (line, message) in unfilled(html) {
                say(line, message);
            }
        }
    }
    for style in [
        "book.css",
        "css/general.css",
        "css/chrome.css",
        "css/variables.css",
        "fonts/fonts.css",
    ] {
        let text = std::fs::read_to_string(site.join(style)).unwrap_or_default();
        if text.contains("url(http") || text.contains("url(\"http") || text.contains("@import") {
            problems.push(Problem {
                path: style.to_owned(),
                line: 1,
                message: "the style loads something".to_owned(),
            });
        }
    }
    problems.sort();
    Ok(problems)
}

/// Pages that show files and decks: what stands in a file may look like anything.
fn is_beside(address: &str) -> bool {
    address.starts_with("source/") || address.starts_with("slides/")
}

fn tag_problems(
    site: &Path,
    ids: &HashMap<&str, HashSet<&str>>,
    address: &str,
    tag: &Tag,
) -> Vec<String> {
    let mut problems = Vec::new();
    if tag.name == "img" && tag.get("alt").is_none_or(|alt| alt.trim().is_empty()) {
        problems.push(format!(
            "the image {} has no text",
            tag.get("src").unwrap_or("")
        ));
    }
    // The server forbids both. The contents alone, a page that only a script-less browser sees, has some.
    if tag.get("style").is_some() && address != "toc.html" {
        problems.push(format!("<{}> has a style of its own", tag.name));
    }
    if tag.name == "script" && tag.get("src").is_none() && address != "toc.html" {
        problems.push("there is a script in the page".to_owned());
    }
    for (name, target) in &tag.attributes {
        if !matches!(
            name.as_str(),
            "href" | "src" | "srcset" | "poster" | "action"
        ) {
            continue;
        }
        if has_scheme(target) {
            // A link may lead elsewhere; nothing is loaded from there.
            if tag.name != "a" && !target.starts_with("data:") {
                problems.push(format!("<{}> loads {target} from another host", tag.name));
            }
            continue;
        }
        if let Err(message) = follow(site, ids, address, target) {
            problems.push(message);
        }
    }
    problems
}

fn follow(
    site: &Path,
    ids: &HashMap<&str, HashSet<&str>>,
    address: &str,
    target: &str,
) -> Result<(), String> {
    let (file, fragment) = target.split_once('#').unwrap_or((target, ""));
    let file = file.split('?').next().unwrap_or_default();
    if let Some(served) = file.strip_prefix('/') {
        // What the server brings, if it serves the site.
        return match served {
            "live/console.css" | "live/console.js" => Ok(()),
            _ => Err(format!("the link to {target} is not relative to its page")),
        };
    }
    let page = match file {
        "" if fragment.is_empty() && target != "#" => return Err("a link leads nowhere".to_owned()),
        "" => address.to_owned(),
        file => joined(address, file).ok_or_else(|| format!("{target} leads out of the site"))?,
    };
    if !site.join(&page).is_file() {
        return Err(format!("there is no {page} for the link to {target}"));
    }
    match ids.get(page.as_str()) {
        Some(ids) if !fragment.is_empty() && !ids.contains(fragment) => {
            Err(format!("there is no #{fragment} in {page}"))
        }
        _ => Ok(()),
    }
}

fn doubled(tags: &[Tag]) -> Vec<(usize, String)> {
    let mut seen = HashSet::new();
    tags.iter()
        .filter_map(|tag| Some((tag.line, tag.get("id")?)))
        .filter(|(_, id)| !seen.insert(*id))
        .map(|(line, id)| (line, format!("the id {id} is there twice")))
        .collect()
}

fn unfilled(html: &str) -> Vec<(usize, String)> {
    let line = |at: usize| 1 + html[..at].matches('\n').count();
    let mut found: Vec<(usize, String)> = UNFILLED
        .iter()
        .flat_map(|mark| html.match_indices(mark))
        .map(|(at, mark)| (line(at), format!("{mark} was not filled")))
        .collect();
    for (at, _) in html.match_indices("<pre><code") {
        let inside = html[at..].split_once("</code>").map(|(inside, _)| inside);
        let text = inside.and_then(|inside| inside.rsplit_once('>'));
        if text.is_some_and(|(_, text)| text.trim().is_empty()) {
            found.push((line(at), "a block is empty".to_owned()));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(page: &str) -> Vec<String> {
        let folder = tempfile::tempdir().expect("room for a folder");
        std::fs::create_dir(folder.path().join("a")).expect("a folder");
        std::fs::write(folder.path().join("a/b.html"), page).expect("a page");
        std::fs::write(folder.path().join("c.html"), "<p id=\"d\">").expect("a page");
        std::fs::write(folder.path().join("e.svg"), "").expect("a picture");
        let problems = site(folder.path()).expect("a site");
        problems.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_is_there_is_no_problem() {
        let page = "<a href=\"../c.html#d\"></a><a href=\"#f\" id=\"f\"></a><a href=\"https://a.example/\"></a>\n\
                    <img src=\"../e.svg\" alt=\"g\"><pre><code>h</code></pre>";
        assert_eq!(problems(page), [""; 0]);
    }

    #[test]
    fn each_broken_thing_is_named_with_its_line() {
        for (page, problem) in [
            (
                "\n<a href=\"d.html\">",
                "a/b.html:2: there is no a/d.html for the link to d.html",
            ),
            (
                "<a href=\"../c.html#e\">",
                "a/b.html:1: there is no #e in c.html",
            ),
            ("<a href=\"#e\">", "a/b.html:1: there is no #e in a/b.html"),
            ("<a href=\"\">", "a/b.html:1: a link leads nowhere"),
            (
                "<a href=\"/c.html\">",
                "a/b.html:1: the link to /c.html is not relative to its page",
            ),
            (
                "<a href=\"../../c.html\">",
                "a/b.html:1: ../../c.html leads out of the site",
            ),
            (
                "<img src=\"../f.svg\" alt=\"g\">",
                "a/b.html:1: there is no f.svg for the link to ../f.svg",
            ),
            (
                "<img src=\"../e.svg\" alt=\"\">",
                "a/b.html:1: the image ../e.svg has no text",
            ),
            (
                "<script src=\"https://a.example/b.js\"></script>",
                "a/b.html:1: <script> loads https://a.example/b.js from another host",
            ),
            (
                "<b id=\"a\"><b id=\"a\">",
                "a/b.html:1: the id a is there twice",
            ),
            (
                "<!-- sync: code a -->",
                "a/b.html:1: <!-- sync: was not filled",
            ),
            (
                "\n\n<pre><code class=\"b\">\n</code></pre>",
                "a/b.html:3: a block is empty",
            ),
            (
                "<p style=\"color: red\">",
                "a/b.html:1: <p> has a style of its own",
            ),
            (
                "<script>a</script>",
                "a/b.html:1: there is a script in the page",
            ),
            ("{{#include a.rs}}", "a/b.html:1: {{#include was not filled"),
        ] {
            assert_eq!(problems(page), [problem], "{page}");
        }
    }
}
