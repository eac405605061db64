//! Where a link of a page leads in the site.

use std::collections::BTreeSet;

use press::{
    repository::Repository,
    target::{has_scheme, joined},
};

/// What links lead to besides chapters: files and folders of the repository.
#[derive(Debug, Default)]
pub struct Wanted(pub BTreeSet<String>);

/// The address in the site of what a link on the page `path` leads to, relative to that page.
/// `None`: it leads to another host, or stays on the page, and is right as it is.
///
/// # Errors
///
/// A sentence: it leads to nothing, or to what the book does not show.
pub fn address(
    repository: &Repository,
    wanted: &mut Wanted,
    path: &str,
    target: &str,
) -> Result<Option<String>, String> {
    let (file, fragment) = match target.split_once('#') {
        Some((file, fragment)) => (file, format!("#{fragment}")),
        None => (target, String::new()),
    };
    if file.is_empty() || has_scheme(file) {
        return Ok(None);
    }
    let file = joined(path, file).ok_or_else(|| format!("{target} leads out of the course"))?;
    if !file.is_empty() && !repository.exists(&file) {
        return Err(format!("there is no {file} for the link to {target}"));
    }
    let page = match page_of(&file) {
        Some(page) => page,
        None if file.starts_with("solutions") && !path.starts_with("solutions/") => {
            let only = "only the page on why it is so leads there";
            return Err(format!("{target} leads to a solution: {only}"));
        }
        None => {
            let page = source_page(repository, &file);
            wanted.0.insert(file);
            page
        }
    };
    Ok(Some(relative(path, &page) + &fragment))
}

/// The page of the book that a file of the repository has become.
fn page_of(file: &str) -> Option<String> {
    let (folder, rest) = file.split_once('/').unwrap_or((file, ""));
    match (folder, rest) {
        ("" | "README.md", "") => Some("index.md".to_owned()),
        ("CONTRIBUTING.md", "") => Some("CONTRIBUTING.md".to_owned()),
        ("notes", page) if page.ends_with(".md") && !page.contains('/') => Some(file.to_owned()),
        ("slides", deck) if deck.ends_with(".md") => Some(deck_page(file)),
        ("exercises", topic) if !topic.is_empty() => {
            let (topic, rest) = topic.split_once('/').unwrap_or((topic, ""));
            matches!(rest, "" | "exercise.toml").then(|| format!("exercises/{topic}.md"))
        }
        _ => None,
    }
}

/// `slides/05-mini-framework.html`
pub fn deck_page(deck: &str) -> String {
    format!("{}.html", deck.trim_end_matches(".md"))
}

/// The page that shows a file or a folder.
pub fn source_page(repository: &Repository, file: &str) -> String {
    if repository.root().join(file).is_dir() {
        format!("source/{}/index.html", file.trim_end_matches('/'))
    } else {
        format!("source/{file}.html")
    }
}

/// `../b/c.html` for `b/c.html` seen from `a/d.md`.
pub fn relative(from: &str, to: &str) -> String {
    let folders = |path: &str| path.matches('/').count();
    let common = from
        .split_inclusive('/')
        .zip(to.split_inclusive('/'))
        .take_while(|(a, b)| a == b && a.ends_with('/'))
        .map(|(a, _)| a.len())
        .sum();
    format!(
        "{}{}",
        "../".repeat(folders(&from[common..])),
        &to[common..]
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_seen_from_the_page_that_links() {
        assert_eq!(relative("notes/a.md", "notes/b.md"), "b.md");
        assert_eq!(
            relative("notes/a.md", "source/b/c.html"),
            "../source/b/c.html"
        );
        assert_eq!(relative("index.md", "notes/a.md"), "notes/a.md");
        assert_eq!(
            relative("source/a/b/c.html", "source/a/d.html"),
            "../d.html"
        );
        assert_eq!(relative("notes/a.md", "index.md"), "../index.md");
        // A name that another one begins with is no common folder.
        assert_eq!(relative("a/b.md", "a/bc.md"), "bc.md");
    }

    #[test]
    fn a_link_leads_to_a_page_of_the_book_or_to_a_copied_file() {
        let folder = tempfile::tempdir().expect("room for a folder");
        for file in [
            "README.md",
            "CONTRIBUTING.md",
            "notes/a.md",
            "notes/b.md",
            "slides/05-a.md",
            "exercises/05-a/exercise.toml",
            "exercises/05-a/src/main.rs",
            "solutions/05-a/src/main.rs",
            "lessons/05-a/src/main.rs",
        ] {
            let file = folder.path().join(file);
            std::fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
            std::fs::write(file, "a").expect("a file");
        }
        let repository = Repository::open(folder.path()).expect("it is there");
        let mut wanted = Wanted::default();
        let mut address = |target| address(&repository, &mut wanted, "notes/a.md", target);
        let leads = |to: &str| Ok(Some(to.to_owned()));
        assert_eq!(address("b.md#run-it"), leads("b.md#run-it"));
        assert_eq!(address("../README.md"), leads("../index.md"));
        assert_eq!(address(".."), leads("../index.md"));
        assert_eq!(
            address("../CONTRIBUTING.md#a"),
            leads("../CONTRIBUTING.md#a")
        );
        assert_eq!(address("../slides/05-a.md"), leads("../slides/05-a.html"));
        assert_eq!(address("../exercises/05-a"), leads("../exercises/05-a.md"));
        assert_eq!(
            address("../exercises/05-a/exercise.toml"),
            leads("../exercises/05-a.md")
        );
        assert_eq!(
            address("../lessons/05-a/src/main.rs"),
            leads("../source/lessons/05-a/src/main.rs.html")
        );
        assert_eq!(
            address("../lessons/05-a/"),
            leads("../source/lessons/05-a/index.html")
        );
        assert_eq!(
            address("../exercises/05-a/src/main.rs"),
            leads("../source/exercises/05-a/src/main.rs.html")
        );
        assert_eq!(address("#run-it"), Ok(None));
        assert_eq!(address("https://example.org/a"), Ok(None));
        assert_eq!(
            address("c.md"),
            Err("there is no notes/c.md for the link to c.md".to_owned())
        );
        assert!(address("../../a").is_err());
        assert_eq!(
            address("../solutions/05-a/src/main.rs"),
            Err(
                "../solutions/05-a/src/main.rs leads to a solution: only the page on why it is so leads there"
                    .to_owned()
            )
        );
        let copied: Vec<&str> = wanted.0.iter().map(String::as_str).collect();
        assert_eq!(
            copied,
            [
                "exercises/05-a/src/main.rs",
                "lessons/05-a",
                "lessons/05-a/src/main.rs"
            ]
        );
    }
}
