//! The draft of a step, as Rust.

use sea_orm::Value;
use sea_orm::sea_query::{ColumnDef, ColumnType, Expr, StringLen};

use super::shape::{Difference, Table};
use crate::commands::tables::AnyTable;
use crate::fields::values;

/// A step that does away with the differences, as far as a program can know. The shape of a table
/// says what is missing, and its model of which type that is: SQLite itself knows one type for all
/// whole numbers.
pub fn step(number: usize, differences: &[Difference], models: &[Box<dyn AnyTable>]) -> String {
    let up: Vec<String> = differences.iter().map(|found| up(found, models)).collect();
    let back: Vec<String> = differences.iter().rev().map(back).collect();
    TEMPLATE
        .replace("NUMBER", &format!("{number:04}"))
        .replace("FORWARD", up.join("\n        ").as_str())
        .replace("BACKWARD", back.join("\n        ").as_str())
}

const TEMPLATE: &str = r#"//! TODO: what this step is for.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "NUMBER_TODO"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        FORWARD
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        BACKWARD
        Ok(())
    }
}
"#;

fn up(difference: &Difference, models: &[Box<dyn AnyTable>]) -> String {
    match difference {
        Difference::NewTable(name, table) => create(name, table, &columns(name, models)),
        Difference::GoneTable(table) => drop_table(table),
        Difference::NewColumn(table, column, _) => {
            let columns = columns(table, models);
            let column = columns.iter().find(|def| def.get_column_name() == *column);
            add(table, column.expect("a model declares what is new"))
        }
        Difference::GoneColumn(table, column) => drop_column(table, column),
        Difference::OtherType(table, column, made, declared) => {
            other(table, column, made, declared)
        }
        Difference::NewIndex(table, columns, kind) => create_index(table, columns, kind),
        Difference::GoneIndex(table, columns, _) => drop_index(table, columns),
    }
}

/// A table's columns as its model declares them, in that order.
fn columns(table: &str, models: &[Box<dyn AnyTable>]) -> Vec<ColumnDef> {
    let model = models.iter().find(|model| model.name() == table);
    model.map_or_else(Vec::new, |model| model.declared().get_columns().clone())
}

fn back(difference: &Difference) -> String {
    match difference {
        Difference::NewTable(table, _) => drop_table(table),
        Difference::GoneTable(table) => format!("// TODO: make the table {table} again."),
        Difference::NewColumn(table, column, _) => drop_column(table, column),
        Difference::GoneColumn(table, column) => {
            format!("// TODO: add the column {table}.{column} again.")
        }
        Difference::OtherType(table, column, made, declared) => {
            other(table, column, declared, made)
        }
        Difference::NewIndex(table, columns, _) => drop_index(table, columns),
        Difference::GoneIndex(table, columns, kind) => create_index(table, columns, kind),
    }
}

fn create(name: &str, table: &Table, columns: &[ColumnDef]) -> String {
    let mut parts = Vec::new();
    let mut keys = Vec::new();
    for def in columns {
        let column = def.get_column_name();
        let is_unique = table.unique.contains(&vec![column.clone()]);
        let unique = if is_unique { ".unique_key()" } else { "" };
        parts.push(format!(".col({}{unique})", typed(def)));
        if table
            .columns
            .get(&column)
            .is_some_and(|kind| kind.ends_with(" key"))
        {
            keys.push(format!(".col(\"{column}\")"));
        }
    }
    // A key of one column is said with the column.
    if keys.len() > 1 {
        parts.push(format!(".primary_key(Index::create(){})", keys.concat()));
    }
    let lines: Vec<String> = parts
        .iter()
        .map(|part| format!("\n            {part}"))
        .collect();
    let mut statements = vec![
        "// TODO: what no model says: foreign keys, and the longest texts.".to_string(),
        format!(
            "let table = Table::create()\n            .table(\"{name}\"){}\n            .to_owned();",
            lines.concat()
        ),
        "manager.create_table(table).await?;".to_string(),
    ];
    let several = table.unique.iter().filter(|columns| columns.len() > 1);
    statements.extend(several.map(|columns| create_index(name, columns, "unique")));
    let indexes = table.indexes.iter();
    statements.extend(indexes.map(|columns| create_index(name, columns, "index")));
    statements.join("\n        ")
}

fn drop_table(table: &str) -> String {
    format!("manager.drop_table(Table::drop().table(\"{table}\").to_owned()).await?;")
}

fn add(table: &str, def: &ColumnDef) -> String {
    let spec = def.get_column_spec();
    // Rows that are there already need a value: SQLite and PostgreSQL refuse the column without.
    let default = if spec.nullable != Some(false) || spec.default.is_some() {
        ""
    } else {
        ".default(/* TODO: for the rows that are there */)"
    };
    format!(
        "manager\n            .alter_table(Table::alter().table(\"{table}\").add_column({}{default}).to_owned())\n            .await?;",
        typed(def)
    )
}

fn drop_column(table: &str, column: &str) -> String {
    format!(
        "manager\n            .alter_table(Table::alter().table(\"{table}\").drop_column(\"{column}\").to_owned())\n            .await?;"
    )
}

/// SQLite cannot change a column's type, and what becomes of the values is a matter of thought.
fn other(table: &str, column: &str, from: &str, to: &str) -> String {
    format!(
        "// TODO: {table}.{column} from {from} to {to}: make a table with the new column, copy the\n        // rows, drop the old table, rename the new one."
    )
}

fn create_index(table: &str, columns: &[String], kind: &str) -> String {
    let unique = if kind == "unique" { ".unique()" } else { "" };
    let named: Vec<String> = columns
        .iter()
        .map(|column| format!(".col(\"{column}\")"))
        .collect();
    format!(
        "manager\n            .create_index(Index::create(){unique}.name(\"{}\").table(\"{table}\"){}.to_owned())\n            .await?;",
        index_name(table, columns),
        named.concat()
    )
}

fn drop_index(table: &str, columns: &[String]) -> String {
    format!(
        "// TODO: check the index's name.\n        manager\n            .drop_index(Index::drop().name(\"{}\").table(\"{table}\").to_owned())\n            .await?;",
        index_name(table, columns)
    )
}

fn index_name(table: &str, columns: &[String]) -> String {
    format!("{table}_{}", columns.join("_"))
}

/// A column as `sea_orm_migration::schema` writes it: `string_len_null("color", 20)`.
fn typed(def: &ColumnDef) -> String {
    let (name, spec) = (def.get_column_name(), def.get_column_spec());
    let Some(column_type) = def.get_column_type() else {
        return format!("ColumnDef::new(\"{name}\") /* TODO: its type */");
    };
    if spec.primary_key && spec.auto_increment {
        return match column_type {
            ColumnType::BigInteger => format!("big_pk_auto(\"{name}\")"),
            _ => format!("pk_auto(\"{name}\")"),
        };
    }
    let is_null = spec.nullable != Some(false);
    let null = if is_null { "_null" } else { "" };
    let mut written = match function(column_type) {
        Some((function, None)) => format!("{function}{null}(\"{name}\")"),
        Some((function, Some(size))) => format!("{function}{null}(\"{name}\", {size})"),
        None => {
            let null = if is_null { "null" } else { "not_null" };
            let column_type =
                format!("{column_type:?}").replace("VarBinary(", "VarBinary(StringLen::");
            format!("ColumnDef::new_with_type(\"{name}\", ColumnType::{column_type}).{null}()")
        }
    };
    if spec.primary_key {
        written.push_str(".primary_key()");
    }
    match &spec.default {
        None => {}
        Some(Expr::Value(Value::String(Some(text)))) => {
            written.push_str(&format!(".default({text:?})"));
        }
        Some(Expr::Value(value)) => {
            written.push_str(&format!(".default({})", values::shown(value)));
        }
        Some(_) => written.push_str(" /* TODO: its default */"),
    }
    written
}

/// The function for a type, and its size if it has one.
fn function(column_type: &ColumnType) -> Option<(&'static str, Option<u32>)> {
    Some(match column_type {
        ColumnType::Char(size) => (if size.is_some() { "char_len" } else { "char" }, *size),
        ColumnType::String(StringLen::N(size)) => ("string_len", Some(*size)),
        ColumnType::String(_) => ("string", None),
        ColumnType::Text => ("text", None),
        ColumnType::TinyInteger => ("tiny_integer", None),
        ColumnType::SmallInteger => ("small_integer", None),
        ColumnType::Integer => ("integer", None),
        ColumnType::BigInteger => ("big_integer", None),
        ColumnType::TinyUnsigned => ("tiny_unsigned", None),
        ColumnType::SmallUnsigned => ("small_unsigned", None),
        ColumnType::Unsigned => ("unsigned", None),
        ColumnType::BigUnsigned => ("big_unsigned", None),
        ColumnType::Float => ("float", None),
        ColumnType::Double => ("double", None),
        ColumnType::Boolean => ("boolean", None),
        ColumnType::Blob => ("blob", None),
        ColumnType::Binary(size) => ("binary_len", Some(*size)),
        ColumnType::VarBinary(StringLen::N(size)) => ("var_binary", Some(*size)),
        _ => return None,
    })
}
