//! A model's fields as data: what forms and the admin ask a model.

mod value;

use sea_orm::sea_query::{ColumnType, StringLen, TableName, TableRef};
use sea_orm::{ColumnTrait, EntityTrait, IdenStatic, Identity, Iterable, RelationTrait};
use serde::Serialize;

pub use value::shown;

/// What a model says about itself beyond its columns.
pub trait Meta: EntityTrait {
    /// As in the admin's paths: `order`.
    const NAME: &'static str;

    /// A row in a few words.
    fn show(row: &Self::Model) -> String;

    fn options(_: Self::Column) -> Options {
        Options::new()
    }
}

/// What a model says about a column beyond its type.
#[derive(Clone, Copy, Default)]
#[allow(dead_code, reason = "models take what they need")]
pub struct Options {
    choices: &'static [&'static str],
    blank: bool,
    read_only: bool,
    help: &'static str,
}

#[allow(dead_code, reason = "models take what they need")]
impl Options {
    pub fn new() -> Options {
        Options::default()
    }

    /// The only values that the column may have.
    pub fn choices(mut self, choices: &'static [&'static str]) -> Options {
        self.choices = choices;
        self
    }

    /// An empty text will do.
    pub fn blank(mut self) -> Options {
        self.blank = true;
        self
    }

    /// The program sets it; no form does.
    pub fn read_only(mut self) -> Options {
        self.read_only = true;
        self
    }

    /// A sentence below the input.
    pub fn help(mut self, help: &'static str) -> Options {
        self.help = help;
        self
    }
}

/// What is known about one column.
#[derive(Clone, Debug, Serialize)]
pub struct Field {
    pub name: &'static str,
    pub label: String,
    /// What a browser shows for it; empty for a type that no input can hold.
    pub input: &'static str,
    /// In characters, not bytes.
    pub max_length: u32,
    pub choices: &'static [&'static str],
    /// The table that it names a row of.
    pub references: Option<String>,
    pub required: bool,
    pub unique: bool,
    pub read_only: bool,
    pub help: &'static str,
    #[serde(skip)]
    nullable: bool,
    #[serde(skip)]
    column_type: ColumnType,
}

/// All fields of a model, in the order of its declaration.
pub fn fields<E: Meta>() -> Vec<Field> {
    E::Column::iter().map(Field::of::<E>).collect()
}

impl Field {
    pub fn of<E: Meta>(column: E::Column) -> Field {
        let (name, def, options) = (column.as_str(), column.def(), E::options(column));
        let column_type = def.get_column_type().clone();
        let is_box = column_type == ColumnType::Boolean && !def.is_null();
        Field {
            name,
            label: name.trim_end_matches("_id").replace('_', " "),
            input: input(&column_type),
            max_length: match column_type {
                ColumnType::String(StringLen::N(length)) => length,
                _ => 255,
            },
            choices: match column_type {
                ColumnType::Boolean if !is_box => &["yes", "no"],
                _ => options.choices,
            },
            references: references::<E>(name),
            required: !is_box && !def.is_null() && !options.blank,
            unique: def.is_unique(),
            read_only: options.read_only || name == "id",
            help: options.help,
            nullable: def.is_null(),
            column_type,
        }
    }
}

fn input(column_type: &ColumnType) -> &'static str {
    match column_type {
        ColumnType::String(_) | ColumnType::Text => "text",
        ColumnType::Boolean => "checkbox",
        ColumnType::Integer | ColumnType::BigInteger => "number",
        _ => "",
    }
}

/// The table to which a `belongs_to` of the model leads from that column.
fn references<E: Meta>(name: &str) -> Option<String> {
    let mut relations = E::Relation::iter().map(|relation| relation.def());
    let leads = relations.find(|relation| match &relation.from_col {
        Identity::Unary(column) => name != "id" && column.to_string() == name,
        _ => false,
    })?;
    match leads.to_tbl {
        TableRef::Table(TableName(_, table), _) => Some(table.to_string()),
        _ => None,
    }
}
