//! The pictures of the notes and slides can be read out, and need nothing but themselves.

use std::collections::HashSet;

use roxmltree::{Document, Node};

use super::links::target_file;
use crate::{report::Report, repository::Repository, sync::Checked};

const FOLDERS: [&str; 2] = ["notes/pictures", "slides/pictures"];
const SVG: &str = "http://www.w3.org/2000/svg";

/// Refuses pictures that no page shows, that say nothing to those who cannot see them, or that
/// load something.
pub(crate) fn check(
    repository: &Repository,
    pages: &[Checked],
    report: &mut Report,
) -> Result<(), String> {
    let shown = shown_on(pages);
    for folder in FOLDERS {
        let files = repository.files(folder);
        let files = files.map_err(|error| format!("{folder} cannot be read: {error}"))?;
        for file in &files {
            if !shown.contains(file) {
                report.add(file, 1, "no page shows this picture");
            }
            if file.ends_with(".svg") {
                check_svg(repository, file, report);
            }
        }
    }
    Ok(())
}

fn shown_on(pages: &[Checked]) -> HashSet<String> {
    let images = pages.iter().flat_map(|Checked { path, page, .. }| {
        let images = page.links.iter().filter(|link| link.alt.is_some());
        images.filter_map(move |image| target_file(path, &image.target).ok().flatten())
    });
    images.collect()
}

fn check_svg(repository: &Repository, path: &str, report: &mut Report) {
    let text = match repository.read(path) {
        Ok(text) => text,
        Err(message) => return report.add(path, 1, message),
    };
    let document = match Document::parse(&text) {
        Ok(document) => document,
        Err(error) => {
            let message = format!("the picture is not well-formed: {error}");
            return report.add(path, error.pos().row as usize, message);
        }
    };
    let root = document.root_element();
    if !root.has_tag_name((SVG, "svg")) {
        let message = format!("the picture is not an <svg xmlns=\"{SVG}\">");
        return report.add(path, 1, message);
    }
    for name in ["title", "desc"] {
        let mut children = root.children();
        if !children.any(|child| child.has_tag_name((SVG, name)) && says_something(child)) {
            report.add(path, 1, format!("the picture has no <{name}>"));
        }
    }
    for node in document.descendants() {
        if let Some(address) = loads(node) {
            let line = document.text_pos_at(node.range().start).row as usize;
            report.add(path, line, format!("the picture loads {address}"));
        }
    }
}

fn says_something(node: Node<'_, '_>) -> bool {
    node.text().is_some_and(|text| !text.trim().is_empty())
}

/// The address from which a node of the picture would load something. What the picture holds
/// itself, `#name` and `data:`, is not loaded; a link is followed, not loaded.
fn loads(node: Node<'_, '_>) -> Option<String> {
    if let Some(instruction) = node.pi() {
        return (instruction.target == "xml-stylesheet").then(|| "a style sheet".to_owned());
    }
    if node.is_text() {
        let is_style = node
            .parent()
            .is_some_and(|parent| parent.has_tag_name((SVG, "style")));
        return node.text().filter(|_| is_style).and_then(loads_from_style);
    }
    node.attributes()
        .find_map(|attribute| match attribute.name() {
            "href" if node.has_tag_name((SVG, "a")) => None,
            "href" | "src" => Some(attribute.value().trim())
                .filter(|address| !is_own(address))
                .map(str::to_owned),
            _ => loads_from_style(attribute.value()),
        })
}

fn loads_from_style(style: &str) -> Option<String> {
    let style = style.to_ascii_lowercase();
    if style.contains("@import") {
        return Some("a style sheet".to_owned());
    }
    style.split("url(").skip(1).find_map(|rest| {
        let address = rest.split(')').next().unwrap_or(rest);
        let address = address.trim().trim_matches(['"', '\'']);
        (!is_own(address)).then(|| address.to_owned())
    })
}

fn is_own(address: &str) -> bool {
    address.starts_with('#') || address.starts_with("data:")
}
