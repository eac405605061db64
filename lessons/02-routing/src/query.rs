//! The parameters behind the `?`.

use std::str::Utf8Error;

use percent_encoding::percent_decode_str;

// ANCHOR: query
/// A map in which a name may have several values. They keep the order in which they came.
///
/// ```
/// use lesson_02::query::Query;
///
/// let query = Query::parse("name=Ada&title=Countess&name=Bob%20B").expect("this is UTF-8");
/// assert_eq!(query.get("name"), Some("Ada"));
/// assert!(query.get_all("name").eq(["Ada", "Bob B"]));
/// assert_eq!(query.get("colour"), None);
/// ```
pub struct Query {
    pairs: Vec<(String, String)>,
}

impl Query {
    /// Takes `a=1&b=2` apart: first at `&` and `=`, then decodes the pieces, `+` to a space and
    /// `%41` to `A`. Bytes that are no UTF-8 text are an error.
    pub fn parse(query: &str) -> Result<Query, Utf8Error> {
        // form_urlencoded puts U+FFFD in the place of what is not UTF-8, and says nothing.
        // A name that nobody sent is no good answer, so we look first.
        // ANCHOR: parse
        percent_decode_str(query).decode_utf8()?;
        let pairs = form_urlencoded::parse(query.as_bytes());
        Ok(Query {
            pairs: pairs.into_owned().collect(),
        })
        // ANCHOR_END: parse
    }

    // ANCHOR: get
    /// The first value of that name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.get_all(name).next()
    }

    /// All values of that name.
    pub fn get_all(&self, name: &str) -> impl Iterator<Item = &str> {
        let named = self.pairs.iter().filter(move |(key, _)| key == name);
        named.map(|(_, value)| value.as_str())
    }
    // ANCHOR_END: get
}
// ANCHOR_END: query
