//! The paths of the tour and their names: they stand here and nowhere else. Routes, templates and
//! redirects ask for a path by its name, so that a path can change in one line.

use form_urlencoded::Serializer;
use percent_encoding::utf8_percent_encode;

use crate::decode::SEGMENT;

// ANCHOR: paths
pub const PATHS: [(&str, &str); 20] = [
    ("index", "/tour"),
    ("request", "/tour/request"),
    ("args", "/tour/args"),
    ("headers", "/tour/headers"),
    ("cookies", "/tour/cookies"),
    ("data", "/tour/data"),
    ("form", "/tour/form"),
    ("files", "/tour/files"),
    ("values", "/tour/values"),
    ("json", "/tour/json"),
    ("person", "/tour/person"),
    ("response", "/tour/response"),
    ("header", "/tour/header"),
    ("cookie", "/tour/cookie"),
    ("cookie-delete", "/tour/cookie/delete"),
    ("redirect", "/tour/redirect"),
    ("url", "/tour/url"),
    ("template", "/tour/template/{name}"),
    ("item", "/tour/items/{number}"),
    ("download", "/tour/download"),
];
// ANCHOR_END: paths

/// The path of the route `name`, for the router.
///
/// # Panics
/// When there is none. Routes are made when the server starts, so this is seen at once.
pub fn path(name: &str) -> &'static str {
    find(name).unwrap_or_else(|| panic!("no path is named {name:?}"))
}

fn find(name: &str) -> Option<&'static str> {
    let known = PATHS.iter().find(|(known, _)| *known == name);
    known.map(|(_, path)| *path)
}

// ANCHOR: url_for
/// The URL of the route `name`. Values that the path has a place for go there, the others into
/// the query; both percent-encoded.
pub fn url_for(name: &str, values: &[(String, String)]) -> Result<String, String> {
    let path = find(name).ok_or_else(|| format!("No route is named {name:?}."))?;
    let mut query = Serializer::new(String::new());
    let mut url = path.to_string();
    for (key, value) in values {
        let place = format!("{{{key}}}");
        if url.contains(&place) {
            // An empty segment, `.` and `..` would make another path of it.
            if matches!(value.as_str(), "" | "." | "..") {
                return Err(format!("{key} may not be {value:?} in {path}."));
            }
            url = url.replace(&place, &utf8_percent_encode(value, SEGMENT).to_string());
        } else {
            query.append_pair(key, value);
        }
    }
    if url.contains('{') {
        return Err(format!("{path} needs a value for each name in braces."));
    }
    match query.finish().as_str() {
        "" => Ok(url),
        query => Ok(format!("{url}?{query}")),
    }
}
// ANCHOR_END: url_for
