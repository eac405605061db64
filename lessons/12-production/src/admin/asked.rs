//! What a list is asked for in its query: `?q=milk&color=plum&order=-text&page=2`.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use sea_orm::Value;
use sea_orm::sea_query::Order;

use super::model::Options;
use super::registered::Query;
use crate::error::AppError;
use crate::fields::{Field, Kind};
use crate::forms::check;
use crate::forms::query::{self, wrong};
use crate::urls;

/// What somebody wants to see of a list.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    pub search: String,
    /// The names of fields, and what they shall be, as it stands in the query.
    pub filters: Vec<(&'static str, String)>,
    /// A column, `-` before it for descending, or empty.
    pub order: String,
    /// From 1.
    pub page: u64,
}

impl Asked {
    /// Reads a query. `filters` are those that this user may use.
    ///
    /// # Errors
    /// 400 for a name or a value that means nothing here. To leave a filter out in silence would
    /// show more rows than somebody asked for, and an action might follow.
    pub fn read(sent: &str, options: &Options, filters: &[&Field]) -> Result<Asked, AppError> {
        let mut asked = Asked {
            page: 1,
            ..Asked::default()
        };
        for (name, value) in form_urlencoded::parse(sent.as_bytes()) {
            match name.as_ref() {
                _ if value.is_empty() => {}
                "q" => asked.search = query::search(&value)?,
                "order" => {
                    let column = value.strip_prefix('-').unwrap_or(&value);
                    if !options.columns.contains(&column) {
                        return Err(wrong("order must be a column of this list."));
                    }
                    asked.order = value.into_owned();
                }
                "page" => asked.page = query::page(&value)?,
                name => {
                    let field = filters.iter().find(|field| field.name == name);
                    let field = field.ok_or_else(|| wrong("This list has no such filter."))?;
                    value_of(field, &value)?;
                    asked.filters.retain(|(known, _)| *known != field.name);
                    asked.filters.push((field.name, value.into_owned()));
                }
            }
        }
        Ok(asked)
    }

    /// The rows that are meant, all pages of them.
    pub fn query(&self, options: &Options) -> Query {
        let field = |name: &str| options.field(name).expect("a filter is a field");
        let equal = self.filters.iter();
        let equal =
            equal.filter_map(|(name, text)| Some((*name, value_of(field(name), text).ok()?)));
        let (column, order) = match self.order.strip_prefix('-') {
            Some(column) => (column, Order::Desc),
            None => (self.order.as_str(), Order::Asc),
        };
        let column = options.columns.iter().find(|name| **name == column);
        Query {
            search: self.search.clone(),
            equal: equal.collect(),
            order: column.map(|column| (*column, order)),
            ..Query::default()
        }
    }

    /// The query for the same rows on another page, or in another order.
    pub fn link(&self, order: &str, page: u64) -> String {
        let page = if page > 1 {
            page.to_string()
        } else {
            String::new()
        };
        let mut pairs = vec![("q", self.search.as_str())];
        pairs.extend(
            self.filters
                .iter()
                .map(|(name, value)| (*name, value.as_str())),
        );
        pairs.extend([("order", order), ("page", page.as_str())]);
        let pairs = pairs.iter().filter(|(_, value)| !value.is_empty());
        let pairs = pairs.map(|(name, value)| {
            format!("{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC))
        });
        format!("?{}", pairs.collect::<Vec<_>>().join("&"))
    }
}

/// What a filter's text means for its field. `none`: the rows that have nothing there.
fn value_of(field: &Field, text: &str) -> Result<Value, AppError> {
    let value = match field.kind {
        Kind::YesNo if matches!(text, "0" | "1") => Some(Value::from(text == "1")),
        Kind::Reference if text == "none" && field.nullable => Some(Value::from(None::<i64>)),
        Kind::Reference => urls::number(text).map(Value::from),
        Kind::Choice if field.choices.contains(&text) => check::value_of(field, text).ok(),
        _ => None,
    };
    value.ok_or_else(|| wrong(&format!("{} cannot be that.", field.label)))
}
