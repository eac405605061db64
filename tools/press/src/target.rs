//! What the target of a link means.

/// The file that `target` means on the page `path`. `None`: it is not in the repository.
pub fn joined(path: &str, target: &str) -> Option<String> {
    let mut names: Vec<&str> = path.split('/').collect();
    names.pop();
    for name in target.split('/') {
        match name {
            "" | "." => {}
            ".." => {
                names.pop()?;
            }
            name => names.push(name),
        }
    }
    Some(names.join("/"))
}

/// Whether the target begins with `https:`, `mailto:`, `//` or the like.
pub fn has_scheme(target: &str) -> bool {
    target.starts_with("//")
        || target.split_once(':').is_some_and(|(scheme, _)| {
            let mut letters = scheme.chars();
            letters.next().is_some_and(|c| c.is_ascii_alphabetic())
                && letters.all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_taken_from_the_folder_of_its_page() {
        let joined = |target| joined("notes/a.md", target);
        assert_eq!(joined("b.md").as_deref(), Some("notes/b.md"));
        assert_eq!(joined("../README.md").as_deref(), Some("README.md"));
        assert_eq!(joined("..").as_deref(), Some(""));
        assert_eq!(joined("../../a"), None);
    }

    #[test]
    fn a_scheme_is_a_word_before_a_colon() {
        for target in ["https://a.example/", "mailto:a@b.example", "//a.example/"] {
            assert!(has_scheme(target), "{target}");
        }
        for target in ["a.md", "a/b:c.md", "#a:b", "0:a", ":a", "/a"] {
            assert!(!has_scheme(target), "{target}");
        }
    }
}
