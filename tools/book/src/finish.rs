//! What is mended in mdBook's pages.

use std::{
    collections::BTreeMap,
    hash::{DefaultHasher, Hash, Hasher},
};

use crate::links::relative;

/// What stands in mdBook's pages, and what is to stand there. A page without it is an error: mdBook
/// has changed, and so must this.
const CHANGES: [(&str, &str); 8] = [
    // A page has one first heading, its own.
    ("<h1 class=\"menu-title\">", "<p class=\"menu-title\">"),
    // Two themes are looked after: light and dark.
    (
        "<li role=\"none\"><button role=\"menuitem\" class=\"theme\" id=\"mdbook-theme-rust\">Rust</button></li>",
        "",
    ),
    (
        "<li role=\"none\"><button role=\"menuitem\" class=\"theme\" id=\"mdbook-theme-coal\">Coal</button></li>",
        "",
    ),
    (
        "<li role=\"none\"><button role=\"menuitem\" class=\"theme\" id=\"mdbook-theme-ayu\">Ayu</button></li>",
        "",
    ),
    (
        "id=\"mdbook-theme-navy\">Navy<",
        "id=\"mdbook-theme-navy\">Dark<",
    ),
    // It is used as a button; `keys.js` makes it one.
    (
        "<label id=\"mdbook-sidebar-toggle\"",
        "<label role=\"button\" tabindex=\"0\" id=\"mdbook-sidebar-toggle\"",
    ),
    // Who does not see it is told how much was found, and when nothing was.
    (
        "<div id=\"mdbook-searchresults-header\"",
        "<div role=\"status\" id=\"mdbook-searchresults-header\"",
    ),
    // The element that it names.
    (
        "aria-describedby=\"searchresults-header\"",
        "aria-label=\"Search this book\" aria-describedby=\"mdbook-searchresults-header\"",
    ),
];

/// Styles that stand in the pages, and the classes of `book.css` that do the same: the server lets
/// a page have styles from files only.
const STYLES: [(&str, &str); 5] = [
    ("style=\"text-align: left\"", "class=\"at-left\""),
    ("style=\"text-align: center\"", "class=\"at-centre\""),
    ("style=\"text-align: right\"", "class=\"at-right\""),
    ("style=\"clear: both\"", "class=\"below-all\""),
    (
        "style=\"break-before: page; page-break-before: always;\"",
        "class=\"new-page\"",
    ),
];

/// The page with classes where styles stood.
pub fn styled(html: &str) -> String {
    let mut page = html.to_owned();
    for (style, class) in STYLES {
        page = page.replace(style, class);
    }
    page
}

/// A page of mdBook as it is to be. Its scripts go into files of their own, so that the server may
/// forbid all others.
///
/// # Errors
///
/// A sentence, when the page is not what mdBook used to make.
pub fn page(
    address: &str,
    html: &str,
    in_head: &str,
    scripts: &mut BTreeMap<String, String>,
) -> Result<String, String> {
    let mut page = styled(html);
    for (found, instead) in CHANGES {
        if !page.contains(found) {
            return Err(format!(
                "{address}: mdBook's pages have no {found} any more"
            ));
        }
        page = page.replace(found, instead);
    }
    page = menu_title_closed(&page);
    page = without_frame(address, &page);
    // What can be scrolled can be reached by the keyboard.
    page = page
        .replace("<pre><code class=\"", "<pre><code tabindex=\"0\" class=\"")
        .replace("<pre><code>", "<pre><code tabindex=\"0\">")
        .replace(
            "<div class=\"table-wrapper\">",
            "<div class=\"table-wrapper\" tabindex=\"0\">",
        );
    page = page.replacen("</head>", &format!("{in_head}</head>"), 1);
    Ok(with_files(address, &page, scripts))
}

/// mdBook's page of contents: here it is one of its own, see `without_frame`.
///
/// # Errors
///
/// A sentence, when the page is not what mdBook used to make.
pub fn contents(html: &str) -> Result<String, String> {
    let (before, after) = html
        .split_once("<head>")
        .filter(|_| !html.contains("<title>"))
        .ok_or("toc.html: mdBook's page of contents has another head")?;
    Ok(format!(
        "{before}<head><title>Contents - Web backends in Rust</title>{after}"
    ))
}

fn menu_title_closed(page: &str) -> String {
    let begin = page.find("<p class=\"menu-title\">").unwrap_or(0);
    let (before, after) = page.split_at(begin);
    format!("{before}{}", after.replacen("</h1>", "</p>", 1))
}

/// Without scripts, mdBook shows its contents in a frame; a link does it too.
fn without_frame(address: &str, page: &str) -> String {
    let (Some(begin), Some(end)) = (page.find("<noscript>"), page.find("</noscript>")) else {
        return page.to_owned();
    };
    let contents = relative(address, "toc.html");
    format!(
        "{}<noscript><a href=\"{contents}\">Contents</a>{}",
        &page[..begin],
        &page[end..]
    )
}

fn with_files(address: &str, page: &str, scripts: &mut BTreeMap<String, String>) -> String {
    let mut pieces = page.split("<script>");
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (script, rest) = piece.split_once("</script>").unwrap_or((piece, ""));
        let mut hasher = DefaultHasher::new();
        script.hash(&mut hasher);
        let file = format!("scripts/{:016x}.js", hasher.finish());
        let source = relative(address, &file);
        out.push_str(&format!("<script src=\"{source}\"></script>{rest}"));
        scripts.insert(file, script.to_owned());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_go_into_files_of_their_own() {
        let mut scripts = BTreeMap::new();
        let page = "<script>a</script><p><script src=\"b.js\"></script><script>a</script>";
        let page = with_files("c/d.html", page, &mut scripts);
        assert_eq!(scripts.len(), 1);
        let (file, script) = scripts.first_key_value().expect("one");
        assert_eq!(script, "a");
        let own = format!("<script src=\"../{file}\"></script>");
        assert_eq!(page, format!("{own}<p><script src=\"b.js\"></script>{own}"));
    }

    #[test]
    fn a_page_that_is_none_of_mdbook_is_refused() {
        let refused = page("a.html", "<h1>a</h1>", "", &mut BTreeMap::new());
        assert_eq!(
            refused,
            Err("a.html: mdBook's pages have no <h1 class=\"menu-title\"> any more".to_owned())
        );
    }
}
