//! From a name to its path. Django: `reverse` and `resolve`.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::{URLS, pattern};

/// What may stand in one part of a path as it is.
const PART: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// The path of that name, with `arguments` in place of its parts that vary.
///
/// # Panics
/// When there is no such name, or it takes another number of arguments: a mistake in a template
/// or a view, which any test of that page finds.
pub fn reverse(name: &str, arguments: &[&str]) -> String {
    let mut arguments = arguments.iter();
    let parts = pattern(name).split('/').map(|part| {
        if part.starts_with('{') {
            let argument = arguments
                .next()
                .expect("an argument for each part that varies");
            utf8_percent_encode(argument, PART).to_string()
        } else {
            part.to_string()
        }
    });
    let path = parts.collect::<Vec<_>>().join("/");
    assert!(arguments.next().is_none(), "too many arguments for {name}");
    path
}

/// Whether some view answers at this path.
pub fn resolves(path: &str) -> bool {
    URLS.iter().any(|(_, pattern)| {
        let (mut wanted, mut given) = (pattern.split('/'), path.split('/'));
        loop {
            match (wanted.next(), given.next()) {
                (None, None) => return true,
                (Some(part), Some(given)) if part == given => {}
                (Some(part), Some(given)) if part.starts_with('{') && !given.is_empty() => {}
                _ => return false,
            }
        }
    })
}
