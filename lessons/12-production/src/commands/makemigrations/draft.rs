//! The draft of a step, as Rust.

use super::shape::{Difference, Table};

/// A step that does away with the differences, as far as a program can know.
pub fn step(number: usize, differences: &[Difference]) -> String {
    let up: Vec<String> = differences.iter().map(up).collect();
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

fn up(difference: &Difference) -> String {
    match difference {
        Difference::NewTable(name, table) => create(name, table),
        Difference::GoneTable(table) => drop_table(table),
        Difference::NewColumn(table, column, kind) => add(table, column, kind),
        Difference::GoneColumn(table, column) => drop_column(table, column),
        Difference::OtherType(table, column, made, declared) => {
            other(table, column, made, declared)
        }
        Difference::NewIndex(table, columns, kind) => create_index(table, columns, kind),
        Difference::GoneIndex(table, columns, _) => drop_index(table, columns),
    }
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

fn create(name: &str, table: &Table) -> String {
    let columns = table.columns.iter();
    let columns: Vec<String> = columns
        .map(|(column, kind)| format!("\n            .col({})", typed(column, kind)))
        .collect();
    format!(
        "let table = Table::create()\n            .table(\"{name}\"){}\n            .to_owned();\n        manager.create_table(table).await?;",
        columns.concat()
    )
}

fn drop_table(table: &str) -> String {
    format!("manager.drop_table(Table::drop().table(\"{table}\").to_owned()).await?;")
}

fn add(table: &str, column: &str, kind: &str) -> String {
    // Rows that are there already need a value: SQLite and PostgreSQL refuse the column without.
    let default = if kind.ends_with(" null") {
        ""
    } else {
        ".default(/* TODO: for the rows that are there */)"
    };
    format!(
        "manager\n            .alter_table(Table::alter().table(\"{table}\").add_column({}{default}).to_owned())\n            .await?;",
        typed(column, kind)
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

fn typed(column: &str, kind: &str) -> String {
    let nullable = kind.ends_with(" null");
    let name = if nullable { "_null" } else { "" };
    match kind.split(' ').next().unwrap_or_default() {
        "integer" if kind.ends_with(" key") => format!("big_pk_auto(\"{column}\")"),
        "bigint" => format!("big_integer{name}(\"{column}\")"),
        "boolean" => format!("boolean{name}(\"{column}\")"),
        "text" => format!("text{name}(\"{column}\")"),
        "blob" => format!("blob{name}(\"{column}\")"),
        varchar => {
            let digits = varchar.trim_start_matches("varchar(").trim_end_matches(')');
            format!("string_len{name}(\"{column}\", {digits})")
        }
    }
}
