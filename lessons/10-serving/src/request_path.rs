//! From the path in a request to a path in the folder.

use std::ffi::OsString;
use std::path::PathBuf;

use percent_encoding::percent_decode_str;

use crate::error::AppError;

/// The path of a request, as it was sent.
pub struct RequestPath<'a>(pub &'a str);

impl RequestPath<'_> {
    // ANCHOR: in_folder
    /// The path below the folder. `.` and `..` are worked out here, by the letters: what
    /// comes out has neither, and begins at the folder.
    pub fn in_folder(&self) -> Result<PathBuf, AppError> {
        if !self.0.starts_with('/') {
            return Err(AppError::BadRequest("A path begins with a slash."));
        }
        let decoded: Vec<u8> = percent_decode_str(self.0).collect();
        if decoded.contains(&0) {
            return Err(AppError::BadRequest("A path holds no NUL."));
        }
        let mut names: Vec<&[u8]> = Vec::new();
        // Decoded first, split after that: `%2e%2e%2f` is no other road than `../`.
        // ANCHOR: names
        for name in decoded.split(|&byte| byte == b'/') {
            match name {
                b"" | b"." => {}
                b".." => drop(names.pop()),
                name => names.push(name),
            }
        }
        // ANCHOR_END: names
        // What begins with a dot is not for visitors: `.git`, `.env`, `.htpasswd`.
        if names.iter().any(|name| name.starts_with(b".")) {
            return Err(AppError::NotFound);
        }
        let path: Option<PathBuf> = names.iter().map(|name| os_name(name)).collect();
        // An empty path is no path: the folder itself has the name `.`.
        let path = path.ok_or(AppError::NotFound)?;
        Ok(if names.is_empty() { ".".into() } else { path })
    }
    // ANCHOR_END: in_folder

    /// A slash at the end says: I mean a folder.
    pub fn is_folder(&self) -> bool {
        self.0.ends_with('/')
    }

    /// The same path with a slash at its end, and only one in front: `//evil.example/` would send
    /// the client to another host.
    pub fn with_slash(&self) -> String {
        format!("/{}/", self.0.trim_start_matches('/'))
    }
}

/// On Unix a name is any bytes. That makes names that are no UTF-8 reachable, too.
#[cfg(unix)]
fn os_name(name: &[u8]) -> Option<OsString> {
    use std::os::unix::ffi::OsStringExt;
    Some(OsString::from_vec(name.to_vec()))
}

/// On Windows a name is text, and `\` and `:` are no part of it: they would lead to other folders,
/// drives and streams.
#[cfg(not(unix))]
fn os_name(name: &[u8]) -> Option<OsString> {
    let name = std::str::from_utf8(name).ok()?;
    (!name.contains(['\\', ':'])).then(|| name.into())
}
