//! A value as a page shows it.

use std::collections::BTreeMap;

use minijinja::{Value as Shown, context};
use sea_orm::{DbErr, Value};

use super::registered::{Db, Query, Row};
use super::visit::Visit;
use crate::fields::{Field, Kind, values};
use crate::urls;

/// The most characters of a text that a list shows.
const LENGTH: usize = 80;

/// What rows that others refer to are called, by the field that refers to them and their id.
pub type Names = BTreeMap<(&'static str, i64), String>;

/// The names of all rows that these rows refer to and that this user may look at.
///
/// # Errors
/// When the database cannot be asked.
pub async fn names(
    visit: &Visit,
    db: &Db<'_>,
    fields: &[Field],
    rows: &[Row],
) -> Result<Names, DbErr> {
    let mut names = Names::new();
    for (position, field) in fields.iter().enumerate() {
        let Some(target) = visit.target(field) else {
            continue;
        };
        // One question for all rows of the page, not one for each.
        let ids = rows.iter().map(|row| &row.values[position]);
        let query = Query {
            among: Some(("id", ids.filter_map(values::number).collect())),
            ..Query::default()
        };
        for row in target.rows(db, &query).await? {
            names.insert((field.name, row.id), row.shown);
        }
    }
    Ok(names)
}

/// One value of a row.
pub fn cell(field: &Field, value: &Value, names: &Names) -> Shown {
    let id = values::number(value);
    let text = match field.kind {
        Kind::Bytes | Kind::Secret | Kind::Unknown => String::new(),
        Kind::Time => id.map(time).unwrap_or_default(),
        Kind::Reference => id.map_or_else(String::new, |id| {
            let name = names.get(&(field.name, id));
            name.cloned()
                .unwrap_or_else(|| format!("{} {id}", field.label))
        }),
        Kind::YesNo if matches!(value, Value::Bool(Some(true))) => "yes".into(),
        Kind::YesNo => "no".into(),
        _ => values::shown(value),
    };
    let path = id.zip(field.refers_to).and_then(|(id, plural)| {
        let is_known = names.contains_key(&(field.name, id));
        is_known.then(|| urls::reverse("admin_change", &[plural, &id.to_string()]))
    });
    let short: String = text.chars().take(LENGTH).collect();
    let is_cut = short.len() < text.len();
    context! {
        name => field.name,
        label => field.label.as_str(),
        kind => format!("{:?}", field.kind).to_lowercase(),
        text => text,
        short => if is_cut { format!("{short}…") } else { short },
        path => path,
    }
}

/// A time for people: `2026-11-21 10:40`, in UTC.
pub fn time(seconds: i64) -> String {
    let time = jiff::Timestamp::from_second(seconds);
    time.map_or_else(
        |_| seconds.to_string(),
        |time| time.strftime("%Y-%m-%d %H:%M").to_string(),
    )
}
