//! What a database looks like, and how two of them differ. Foreign keys, checks, and indexes of
//! something else than columns stand in the migrations alone, so they are not compared; tests try
//! that they hold.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Display, Formatter};

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, QueryResult, Statement};

/// The tables, by name.
pub type Shape = BTreeMap<String, Table>;

/// What is known of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// The columns with their types as SQLite has them: `varchar(20)`, `integer null`. It has one for
    /// whole numbers: that an `i32` has become an `i64` is not seen here.
    pub columns: BTreeMap<String, String>,
    /// Columns whose values occur once.
    pub unique: BTreeSet<Vec<String>>,
    /// Columns by which rows are found fast.
    pub indexes: BTreeSet<Vec<String>>,
}

/// One thing that the models declare and no step makes, or the other way round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    NewTable(String, Table),
    GoneTable(String),
    NewColumn(String, String, String),
    GoneColumn(String, String),
    OtherType(String, String, String, String),
    NewIndex(String, Vec<String>, &'static str),
    GoneIndex(String, Vec<String>, &'static str),
}

/// Looks at an SQLite database.
pub async fn of(db: &DatabaseConnection) -> Result<Shape, DbErr> {
    let tables = "SELECT name FROM sqlite_schema WHERE type = 'table' \
                  AND name NOT LIKE 'sqlite_%' AND name <> 'seaql_migrations'";
    let mut shape = Shape::new();
    for row in ask(db, tables).await? {
        let name: String = row.try_get("", "name")?;
        let table = table(db, &name).await?;
        shape.insert(name, table);
    }
    Ok(shape)
}

async fn table(db: &DatabaseConnection, name: &str) -> Result<Table, DbErr> {
    let mut table = Table::default();
    for column in ask(db, &format!("PRAGMA table_info({name})")).await? {
        let name: String = column.try_get("", "name")?;
        let mut kind = column.try_get::<String>("", "type")?.to_lowercase();
        if column.try_get::<i32>("", "pk")? > 0 {
            kind.push_str(" key");
        } else if column.try_get::<i32>("", "notnull")? == 0 {
            kind.push_str(" null");
        }
        table.columns.insert(name, kind);
    }
    for index in ask(db, &format!("PRAGMA index_list({name})")).await? {
        let of_key = index.try_get::<String>("", "origin")? == "pk";
        let unique: i32 = index.try_get("", "unique")?;
        let index: String = index.try_get("", "name")?;
        let rows = ask(db, &format!("PRAGMA index_info(\"{index}\")")).await?;
        let columns = rows.iter().map(|row| row.try_get("", "name"));
        let columns: Vec<Option<String>> = columns.collect::<Result<_, _>>()?;
        // What is no column, such as `lower(username)`, has no name.
        let Some(columns) = columns.into_iter().collect() else {
            continue;
        };
        match unique {
            _ if of_key => false,
            1 => table.unique.insert(columns),
            _ => table.indexes.insert(columns),
        };
    }
    Ok(table)
}

async fn ask(db: &DatabaseConnection, sql: &str) -> Result<Vec<QueryResult>, DbErr> {
    db.query_all_raw(Statement::from_string(DbBackend::Sqlite, sql))
        .await
}

/// What `declared` has and `made` has not, and the other way round.
pub fn differences(made: &Shape, declared: &Shape) -> Vec<Difference> {
    let mut found = Vec::new();
    for (name, table) in declared {
        match made.get(name) {
            None => found.push(Difference::NewTable(name.clone(), table.clone())),
            Some(made) => found.extend(of_table(name, made, table)),
        }
    }
    let gone = made.keys().filter(|name| !declared.contains_key(*name));
    found.extend(gone.cloned().map(Difference::GoneTable));
    found
}

fn of_table(name: &str, made: &Table, declared: &Table) -> Vec<Difference> {
    let table = || name.to_string();
    let mut found = Vec::new();
    for (column, kind) in &declared.columns {
        match made.columns.get(column) {
            None => found.push(Difference::NewColumn(table(), column.clone(), kind.clone())),
            Some(made) if made != kind => found.push(Difference::OtherType(
                table(),
                column.clone(),
                made.clone(),
                kind.clone(),
            )),
            Some(_) => {}
        }
    }
    for column in made.columns.keys() {
        if !declared.columns.contains_key(column) {
            found.push(Difference::GoneColumn(table(), column.clone()));
        }
    }
    let kinds = [
        ("unique", &made.unique, &declared.unique),
        ("index", &made.indexes, &declared.indexes),
    ];
    for (kind, made, declared) in kinds {
        let new = declared.difference(made).cloned();
        found.extend(new.map(|columns| Difference::NewIndex(table(), columns, kind)));
        let gone = made.difference(declared).cloned();
        found.extend(gone.map(|columns| Difference::GoneIndex(table(), columns, kind)));
    }
    found
}

impl Display for Difference {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Difference::NewTable(table, _) => write!(f, "{table}: no step makes this table."),
            Difference::GoneTable(table) => write!(f, "{table}: no model declares this table."),
            Difference::NewColumn(table, column, kind) => {
                write!(f, "{table}.{column}: no step makes this column ({kind}).")
            }
            Difference::GoneColumn(table, column) => {
                write!(
                    f,
                    "{table}.{column}: the model does not declare this column."
                )
            }
            Difference::OtherType(table, column, made, declared) => write!(
                f,
                "{table}.{column}: the model declares {declared}, the steps make {made}."
            ),
            Difference::NewIndex(table, columns, kind) => {
                write!(
                    f,
                    "{table} ({}): no step makes this {kind}.",
                    columns.join(", ")
                )
            }
            Difference::GoneIndex(table, columns, kind) => write!(
                f,
                "{table} ({}): the model does not declare this {kind}.",
                columns.join(", ")
            ),
        }
    }
}
