//! Links lead to something that is there.

use std::collections::HashMap;

use percent_encoding::percent_decode_str;

use crate::{
    page::Page,
    report::Report,
    repository::Repository,
    sync::Checked,
    target::{has_scheme, joined},
};

/// Refuses links to files and headings that do not exist, and images without a text.
pub(crate) fn check(repository: &Repository, pages: &[Checked], report: &mut Report) {
    let mut anchors = Anchors::of(pages);
    for Checked { path, page, .. } in pages {
        for link in &page.links {
            if link.alt.as_deref().is_some_and(|alt| alt.trim().is_empty()) {
                let (line, image) = (link.place.line, &link.target);
                let message = format!("the image {image} has no text for those who cannot see it");
                report.add(path, line, message);
            }
            if let Err(message) = follow(repository, &mut anchors, path, &link.target) {
                report.add(path, link.place.line, message);
            }
        }
        for place in &page.undefined {
            let message = "the page does not define the name that this link refers to";
            report.add(path, place.line, message);
        }
        for place in &page.html_links {
            let message = "a link or an image in HTML is not checked: write it in Markdown";
            report.add(path, place.line, message);
        }
    }
}

/// The file that a link on the page `path` leads to, or `None` when it leads to another host.
///
/// # Errors
///
/// When the target cannot be a place in the repository.
pub fn target_file(path: &str, target: &str) -> Result<Option<String>, String> {
    let target = percent_decoded(target.split(['#', '?']).next().unwrap_or(""));
    if has_scheme(&target) {
        return Ok(None);
    }
    if target.is_empty() {
        return Ok(Some(path.to_owned()));
    }
    if target.starts_with('/') {
        return Err(format!(
            "the link to {target} must be relative to this page"
        ));
    }
    let outside = || format!("the link to {target} leads out of the repository");
    joined(path, &target).map(Some).ok_or_else(outside)
}

fn follow(
    repository: &Repository,
    anchors: &mut Anchors,
    path: &str,
    target: &str,
) -> Result<(), String> {
    if target.is_empty() {
        return Err("the link leads nowhere".to_owned());
    }
    let Some(file) = target_file(path, target)? else {
        return Ok(());
    };
    // The empty path is the repository's own folder.
    if !file.is_empty() && !repository.exists(&file) {
        return Err(format!("there is no {file} for the link to {target}"));
    }
    let Some((_, fragment)) = target.split_once('#') else {
        return Ok(());
    };
    if !file.ends_with(".md") {
        return Err(format!(
            "the link to {target} names a heading, but {file} is not Markdown"
        ));
    }
    let fragment = percent_decoded(fragment);
    if anchors.of_file(repository, &file)?.contains(&fragment) {
        Ok(())
    } else {
        Err(format!("there is no heading #{fragment} in {file}"))
    }
}

fn percent_decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// The anchors of the pages that links lead to.
struct Anchors {
    by_file: HashMap<String, Vec<String>>,
}

impl Anchors {
    fn of(pages: &[Checked]) -> Self {
        let anchors = pages
            .iter()
            .map(|checked| (checked.path.clone(), checked.page.anchors.clone()));
        Self {
            by_file: anchors.collect(),
        }
    }

    fn of_file(&mut self, repository: &Repository, path: &str) -> Result<&[String], String> {
        if !self.by_file.contains_key(path) {
            let page = Page::parse(&repository.read(path)?);
            self.by_file.insert(path.to_owned(), page.anchors);
        }
        Ok(&self.by_file[path])
    }
}
