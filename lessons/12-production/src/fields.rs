//! A model's fields as data: what its declaration says of each column, for whoever makes forms,
//! checks input or shows rows without knowing the model. Django: `Model._meta`.

pub mod values;

use sea_orm::sea_query::{ColumnType, StringLen};
use sea_orm::{ColumnTrait, EntityTrait, IdenStatic, Iterable};

use crate::models::Listed;

/// What a model says of itself beyond its columns' types.
pub trait Described: EntityTrait + Listed {
    /// In the singular, as in its permissions: `note` of `note.add`.
    const NAME: &'static str;
    /// In the plural, as in the admin's paths: `notes`.
    const PLURAL: &'static str;

    /// A row in a few words, as lists and messages show it.
    fn show(row: &Self::Model) -> String;

    /// The only values that a column may have; none for a column that is free.
    fn choices(_column: Self::Column) -> &'static [&'static str] {
        &[]
    }

    /// The most characters that a column of unlimited type may have.
    fn limit(_column: Self::Column) -> Option<u32> {
        None
    }

    /// Whether an empty text is a value of this column.
    fn may_be_empty(_column: Self::Column) -> bool {
        false
    }

    /// Whether two texts that differ in capitals alone are the same value.
    fn ignores_case(_column: Self::Column) -> bool {
        false
    }

    /// Whether people may set it. What only the program sets (times, hashes) is not.
    fn editable(column: Self::Column) -> bool {
        let name = column.as_str();
        name != "id" && !name.ends_with("_at")
    }

    /// Whether it is the address of a page, to be shown as a link.
    fn is_link(_column: Self::Column) -> bool {
        false
    }

    /// The table whose row it names by its id, as its model's plural: `users`.
    fn refers_to(_column: Self::Column) -> Option<&'static str> {
        None
    }

    /// Whether the row is deleted with the one that this column names, as its foreign key says.
    fn goes_with(column: Self::Column) -> bool {
        Self::refers_to(column).is_some()
    }

    /// Whether nobody is shown it: a password's hash.
    fn is_secret(_column: Self::Column) -> bool {
        false
    }
}

/// What kind of value a field takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A line of text.
    Line,
    /// Text of many lines.
    Text,
    /// A whole number.
    Number,
    /// A number that may have a fraction.
    Decimal,
    /// Yes or no.
    YesNo,
    /// A time, in seconds since 1970, UTC.
    Time,
    /// One of some choices.
    Choice,
    /// The address of a page, http or https.
    Link,
    /// The id of a row of another table.
    Reference,
    /// Bytes. No form shows them.
    Bytes,
    /// What nobody is shown.
    Secret,
    /// A type that we do not know. No form shows it, and the admin refuses its model.
    Unknown,
}

/// What is known of one column.
#[derive(Clone, Debug)]
pub struct Field {
    /// The column's name, which is also the name in forms and in JSON.
    pub name: &'static str,
    /// The name as people read it: `created at`.
    pub label: String,
    pub kind: Kind,
    /// As the database keeps it.
    pub column_type: ColumnType,
    /// The most characters, not bytes.
    pub max_length: Option<u32>,
    /// It must be given, and must not be empty.
    pub required: bool,
    /// It may be none.
    pub nullable: bool,
    pub choices: &'static [&'static str],
    pub editable: bool,
    pub unique: bool,
    /// The plural name of the model whose row it names.
    pub refers_to: Option<&'static str>,
    /// Its row is deleted with the one that it names.
    pub goes_with: bool,
}

/// All fields of a model, in the order of its declaration.
pub fn fields<E: Described>() -> Vec<Field> {
    E::Column::iter().map(field::<E>).collect()
}

/// One field of a model.
pub fn field<E: Described>(column: E::Column) -> Field {
    let def = column.def();
    let name = column.as_str();
    let column_type = def.get_column_type();
    let (mut kind, typed_length) = match column_type {
        ColumnType::String(StringLen::N(length)) => (Kind::Line, Some(*length)),
        ColumnType::String(_) => (Kind::Line, None),
        ColumnType::Text => (Kind::Text, None),
        ColumnType::Boolean => (Kind::YesNo, None),
        ColumnType::Blob | ColumnType::VarBinary(_) | ColumnType::Binary(_) => (Kind::Bytes, None),
        ColumnType::SmallInteger | ColumnType::Integer | ColumnType::BigInteger => {
            (Kind::Number, None)
        }
        ColumnType::Float | ColumnType::Double => (Kind::Decimal, None),
        _ => (Kind::Unknown, None),
    };
    let mut choices = E::choices(column);
    if kind == Kind::YesNo && def.is_null() {
        // Three values: a box to tick has two.
        choices = &["true", "false"];
    }
    if E::is_secret(column) {
        kind = Kind::Secret;
    } else if kind == Kind::Unknown {
        // None of what follows helps.
    } else if name.ends_with("_at") && *column_type == ColumnType::BigInteger {
        kind = Kind::Time;
    } else if !choices.is_empty() {
        kind = Kind::Choice;
    } else if E::is_link(column) {
        kind = Kind::Link;
    } else if E::refers_to(column).is_some() {
        kind = Kind::Reference;
    }
    Field {
        name,
        label: name.trim_end_matches("_id").replace('_', " "),
        kind,
        column_type: column_type.clone(),
        max_length: typed_length.or(E::limit(column)),
        required: !def.is_null() && !E::may_be_empty(column) && kind != Kind::YesNo,
        nullable: def.is_null(),
        choices,
        editable: E::editable(column),
        unique: def.is_unique(),
        refers_to: E::refers_to(column),
        goes_with: E::goes_with(column),
    }
}
