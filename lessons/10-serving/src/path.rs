//! From the path in a request to a path in the folder.

use std::ffi::OsString;
use std::path::PathBuf;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, percent_encode};

use crate::error::{NOT_FOUND, Result, bad_request};

/// What stands for itself in a link. `:` does not: `a:b` would be a link into another scheme.
pub const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The path of a request, decoded and taken apart: no `..`, no slash, no dot file is left in it.
pub struct RequestPath {
    names: Vec<Vec<u8>>,
    /// A slash at the end says: I mean a folder.
    pub is_folder: bool,
}

impl RequestPath {
    pub fn parse(path: &str) -> Result<RequestPath> {
        if !path.starts_with('/') {
            return Err(bad_request("A path begins with a slash."));
        }
        let decoded: Vec<u8> = percent_decode_str(path).collect();
        if decoded.contains(&0) {
            return Err(bad_request("A path holds no NUL."));
        }
        let mut names: Vec<Vec<u8>> = Vec::new();
        // Decoded first, split after that: `%2e%2e%2f` leads where `../` does.
        // ANCHOR: names
        for name in decoded.split(|&byte| byte == b'/') {
            match name {
                b"" | b"." => {}
                b".." => drop(names.pop()),
                name => names.push(name.to_vec()),
            }
        }
        // ANCHOR_END: names
        // What begins with a dot is not for visitors: `.git`, `.env`, `.htpasswd`.
        if names.iter().any(|name| name.starts_with(b".")) {
            return Err(NOT_FOUND);
        }
        let is_folder = path.ends_with('/');
        Ok(RequestPath { names, is_folder })
    }

    /// The path below the folder. The folder itself has the name `.`.
    pub fn in_folder(&self) -> Result<PathBuf> {
        if self.names.is_empty() {
            return Ok(".".into());
        }
        let names = self.names.iter().cloned().map(os_name);
        names.collect::<Option<_>>().ok_or(NOT_FOUND)
    }

    /// The same path with a slash at its end, made anew from its names. As it came, it might begin
    /// with `//evil.example` or `/\evil.example`: in a redirect, browsers take both for a host.
    pub fn with_slash(&self) -> String {
        let names = self.names.iter();
        let names = names.map(|name| format!("{}/", percent_encode(name, ESCAPED)));
        format!("/{}", names.collect::<String>())
    }
}

/// On Unix a name is any bytes, so names that are not UTF-8 can be asked for, too.
#[cfg(unix)]
fn os_name(name: Vec<u8>) -> Option<OsString> {
    Some(std::os::unix::ffi::OsStringExt::from_vec(name))
}

/// On Windows a name is text, and `\` and `:` are not part of it: they would lead to other folders,
/// drives and streams.
#[cfg(not(unix))]
fn os_name(name: Vec<u8>) -> Option<OsString> {
    let name = String::from_utf8(name).ok()?;
    (!name.contains(['\\', ':'])).then(|| name.into())
}
