//! Where to after the login: to the page that somebody wanted.
//!
//! `next` is part of a link, and anybody can write a link. Unchecked, a link to our login page
//! could end at another site that looks like ours, and asks for the password again.

/// The path, if it is surely one of this site. A browser reads `//host` and `/\host` as another
/// site, and drops line ends and tabs before it looks.
pub fn local(next: &str) -> Option<&str> {
    let is_path = next.starts_with('/') && !next.starts_with("//");
    let is_plain = next
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    (is_path && is_plain).then_some(next)
}
