//! Files of the repository as pages, so that links to them work without a network.

use std::collections::{BTreeMap, BTreeSet};

use press::{html::escaped, repository::Repository};

use crate::links::{relative, source_page};

/// What stands around a page beside the chapters.
pub(crate) fn frame(address: &str, title: &str, crumbs: &str, body: &str) -> String {
    frame_from(&relative(address, ""), title, crumbs, body)
}

/// The same, where the way to the site's root is known.
pub(crate) fn frame_from(root: &str, title: &str, crumbs: &str, body: &str) -> String {
    let title = escaped(title);
    let mut styles = String::new();
    for name in ["css/variables.css", "css/general.css", "fonts/fonts.css"] {
        styles.push_str(&format!(
            "<link rel=\"stylesheet\" href=\"{root}{name}\">\n"
        ));
    }
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\" class=\"light\">\n<head>\n<meta charset=\"utf-8\">\n\
         <title>{title} - Web backends in Rust</title>\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <link rel=\"icon\" href=\"{root}favicon.svg\">\n{styles}\
         <link rel=\"stylesheet\" id=\"mdbook-highlight-css\" href=\"{root}highlight.css\">\n\
         <link rel=\"stylesheet\" id=\"mdbook-tomorrow-night-css\" href=\"{root}tomorrow-night.css\" disabled>\n\
         <link rel=\"stylesheet\" href=\"{root}book.css\">\n\
         <script src=\"{root}beside.js\"></script>\n\
         <script src=\"{root}highlight.js\" defer></script>\n</head>\n\
         <body class=\"beside\">\n<header><nav aria-label=\"Where you are\"><a href=\"{root}index.html\">Web backends in Rust</a>{crumbs}</nav></header>\n\
         <main>\n{body}</main>\n</body>\n</html>\n"
    )
}

/// The pages of these files, and of these folders with all that is in them: by their addresses.
pub(crate) fn pages(
    repository: &Repository,
    wanted: &BTreeSet<String>,
) -> BTreeMap<String, String> {
    let mut pages = BTreeMap::new();
    for path in wanted {
        if repository.root().join(path).is_dir() {
            folder(repository, path, &mut pages);
        } else {
            file(repository, path, &mut pages);
        }
    }
    pages
}

fn folder(repository: &Repository, path: &str, pages: &mut BTreeMap<String, String>) {
    let address = source_page(repository, path);
    let folders = repository.folders(path).unwrap_or_default();
    let files = repository.files(path).unwrap_or_default();
    let mut list = String::new();
    let mut line = |item: &str, end: &str| {
        let name = item.rsplit('/').next().unwrap_or(item);
        let to = relative(&address, &source_page(repository, item));
        list.push_str(&format!(
            "<li><a href=\"{}\"><code>{}{end}</code></a></li>\n",
            escaped(&to),
            escaped(name)
        ));
    };
    for item in folders.iter().filter(|item| !item.ends_with("/target")) {
        line(item, "/");
    }
    for item in &files {
        line(item, "");
    }
    let body = format!(
        "<h1><code>{}/</code></h1>\n<ul class=\"files\">\n{list}</ul>\n",
        escaped(path)
    );
    pages.insert(
        address.clone(),
        frame(&address, path, &crumbs(repository, path, &address), &body),
    );
    for item in folders.iter().filter(|item| !item.ends_with("/target")) {
        folder(repository, item, pages);
    }
    for item in &files {
        file(repository, item, pages);
    }
}

/// The way down to the file, as far as its folders have pages: below a lesson or an exercise.
fn crumbs(repository: &Repository, path: &str, address: &str) -> String {
    let mut crumbs = String::new();
    let parts: Vec<&str> = path.split('/').collect();
    if let [room @ ("lessons" | "exercises" | "solutions"), topic, ..] = parts.as_slice() {
        let note = format!("notes/{topic}.md");
        let number = topic.split('-').next().unwrap_or(topic);
        if repository.exists(&note) {
            let to = relative(address, &note.replace(".md", ".html"));
            crumbs.push_str(&format!(" / <a href=\"{to}\">Note {number}</a>"));
        }
        if *room == "solutions" {
            let to = relative(address, &format!("solutions/{topic}/WHY.html"));
            crumbs.push_str(&format!(" / <a href=\"{to}\">Solution {number}</a>"));
        }
    }
    let first = match parts.as_slice() {
        ["lessons", ..] => 2,
        ["exercises", _, "src", ..] => 3,
        _ => parts.len(),
    };
    for end in first..parts.len() {
        let folder = parts[..end].join("/");
        let to = relative(address, &source_page(repository, &folder));
        let name = if end == first {
            &folder
        } else {
            parts[end - 1]
        };
        crumbs.push_str(&format!(
            " / <a href=\"{}\">{}</a>",
            escaped(&to),
            escaped(name)
        ));
    }
    crumbs.push_str(&format!(" / {}", escaped(parts.last().unwrap_or(&""))));
    crumbs
}

fn file(repository: &Repository, path: &str, pages: &mut BTreeMap<String, String>) {
    let address = source_page(repository, path);
    let body = match repository.read(path) {
        Ok(text) => {
            let numbers: String = (1..=text.lines().count())
                .map(|n| format!("<span id=\"L{n}\">{n}</span>\n"))
                .collect();
            format!(
                "<h1><code>{}</code></h1>\n<div class=\"file\"><pre class=\"lines\" aria-hidden=\"true\">{numbers}</pre>\
                 <pre class=\"text\"><code class=\"language-{}\" tabindex=\"0\">{}</code></pre></div>\n",
                escaped(path),
                language(path),
                escaped(&text),
            )
        }
        Err(_) => format!(
            "<h1><code>{}</code></h1>\n<p>This file is not text.</p>\n",
            escaped(path)
        ),
    };
    let page = frame(&address, path, &crumbs(repository, path, &address), &body);
    pages.insert(address, page);
}

/// What the highlighter calls the language of a file.
fn language(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "rs" => "rs",
        "toml" => "ini",
        "html" | "svg" | "xml" => "xml",
        "css" => "css",
        "js" => "javascript",
        "json" => "json",
        "md" => "markdown",
        "sh" => "bash",
        "sql" => "sql",
        "http" => "http",
        _ => "plaintext",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_shown_with_all_that_is_in_it() {
        let course = tempfile::tempdir().expect("room for a folder");
        for (file, text) in [
            ("notes/05-a.md", "# A\n"),
            ("lessons/05-a/Cargo.toml", "[package]\n"),
            ("lessons/05-a/src/main.rs", "fn a<'b>() {}\n// c\n"),
            ("lessons/05-a/target/d", "e"),
        ] {
            let file = course.path().join(file);
            std::fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
            std::fs::write(file, text).expect("a file");
        }
        let repository = Repository::open(course.path()).expect("it is there");
        let pages = pages(&repository, &BTreeSet::from(["lessons/05-a".to_owned()]));
        let addresses: Vec<&str> = pages.keys().map(String::as_str).collect();
        assert_eq!(
            addresses,
            [
                "source/lessons/05-a/Cargo.toml.html",
                "source/lessons/05-a/index.html",
                "source/lessons/05-a/src/index.html",
                "source/lessons/05-a/src/main.rs.html",
            ]
        );
        let main = &pages["source/lessons/05-a/src/main.rs.html"];
        for part in [
            "fn a&lt;'b&gt;() {}\n// c\n</code>",
            "<span id=\"L2\">2</span>\n</pre>",
            "<a href=\"../../../../notes/05-a.html\">Note 05</a> / \
             <a href=\"../index.html\">lessons/05-a</a> / <a href=\"index.html\">src</a> / main.rs",
        ] {
            assert!(main.contains(part), "{part}\n{main}");
        }
    }
}
