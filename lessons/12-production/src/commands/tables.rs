//! Tables, for commands that treat each alike: to be dumped, loaded and compared.

use std::marker::PhantomData;

use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sea_orm::sea_query::{ColumnType, OnConflict, TableCreateStatement, Value};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseConnection, DatabaseTransaction,
    DbBackend, DbErr, EntityTrait, IdenStatic, Iterable, ModelTrait, QueryOrder, Schema, Statement,
};
use serde_json::{Map, Value as Json, json};

use crate::fields::values;

/// What can be done with a table without knowing its model.
#[async_trait]
pub trait AnyTable: Send + Sync {
    fn name(&self) -> &'static str;
    /// The table as its model declares it, indexes included.
    fn declared(&self) -> TableCreateStatement;
    /// The indexes that a model declares and that are not unique.
    fn indexes(&self) -> Vec<sea_orm::sea_query::IndexCreateStatement>;
    /// All rows, each as an object.
    async fn rows(&self, db: &DatabaseTransaction) -> Result<Vec<Json>, DbErr>;
    /// Puts one row in place of the row that has its key, or adds it.
    async fn load(&self, db: &DatabaseTransaction, row: &Map<String, Json>) -> Result<(), String>;
    /// Lets the next row have an id of its own: PostgreSQL counts apart from the rows.
    async fn loaded(&self, db: &DatabaseTransaction) -> Result<(), DbErr>;
}

/// The table of a model.
pub fn of<E>() -> Box<dyn AnyTable>
where
    E: EntityTrait,
    E::ActiveModel: Send,
{
    Box::new(Table::<E>(PhantomData))
}

struct Table<E>(PhantomData<E>);

#[async_trait]
impl<E> AnyTable for Table<E>
where
    E: EntityTrait,
    E::ActiveModel: Send,
{
    fn name(&self) -> &'static str {
        E::default().table_name()
    }

    fn declared(&self) -> TableCreateStatement {
        Schema::new(DbBackend::Sqlite).create_table_from_entity(E::default())
    }

    fn indexes(&self) -> Vec<sea_orm::sea_query::IndexCreateStatement> {
        Schema::new(DbBackend::Sqlite).create_index_from_entity(E::default())
    }

    async fn rows(&self, db: &DatabaseTransaction) -> Result<Vec<Json>, DbErr> {
        let key = E::PrimaryKey::iter().next().expect("each table has a key");
        let key = sea_orm::PrimaryKeyToColumn::into_column(key);
        let rows = E::find().order_by_asc(key).all(db).await?;
        let cell = |row: &E::Model, column: E::Column| {
            let (table, name) = (self.name(), column.as_str());
            let unknown = || DbErr::Custom(format!("{table}.{name} has a type that no dump knows"));
            let json = to_json(row.get(column)).ok_or_else(unknown)?;
            Ok((name.to_string(), json))
        };
        let object = |row: &E::Model| {
            let cells = E::Column::iter().map(|column| cell(row, column));
            cells
                .collect::<Result<Map<_, _>, DbErr>>()
                .map(Json::Object)
        };
        rows.iter().map(object).collect()
    }

    async fn load(&self, db: &DatabaseTransaction, row: &Map<String, Json>) -> Result<(), String> {
        let mut model = <E::ActiveModel as ActiveModelTrait>::default();
        for name in row.keys() {
            if !E::Column::iter().any(|column| column.as_str() == name) {
                return Err(format!("{} has no column {name:?}", self.name()));
            }
        }
        for column in E::Column::iter() {
            let name = column.as_str();
            let def = column.def();
            let value = row.get(name).ok_or(format!("{name} is missing"))?;
            if value.is_null() && !def.is_null() {
                return Err(format!("{name} must not be null"));
            }
            let value = from_json(value, def.get_column_type());
            let value = value.ok_or(format!("{name} has a value of a wrong type"))?;
            model
                .try_set(column, value)
                .map_err(|error| format!("{name}: {error}"))?;
        }
        let key = E::PrimaryKey::iter().map(sea_orm::PrimaryKeyToColumn::into_column);
        let replace = OnConflict::columns(key)
            .update_columns(E::Column::iter())
            .to_owned();
        let insert = E::insert(model).on_conflict(replace);
        match insert.exec_without_returning(db).await {
            Ok(_) => Ok(()),
            Err(error) => Err(error.to_string()),
        }
    }

    async fn loaded(&self, db: &DatabaseTransaction) -> Result<(), DbErr> {
        let counts = E::Column::iter().any(|column| column.as_str() == "id");
        if db.get_database_backend() != DbBackend::Postgres || !counts {
            return Ok(());
        }
        let table = self.name();
        let count = format!(
            "SELECT setval(pg_get_serial_sequence('{table}', 'id'), \
             (SELECT coalesce(max(id), 0) + 1 FROM {table}), false)"
        );
        let count = Statement::from_string(DbBackend::Postgres, count);
        db.query_one_raw(count).await.map(|_| ())
    }
}

/// A value as JSON can hold it. Bytes, which JSON does not have, as base64; a number that is none as
/// its name. None: a dump knows no column of this type.
fn to_json(value: Value) -> Option<Json> {
    let fraction = |number: f64| match number.is_finite() {
        true => json!(number),
        false => json!(number.to_string()),
    };
    Some(match value {
        Value::String(text) => json!(text),
        Value::SmallInt(number) => json!(number),
        Value::Int(number) => json!(number),
        Value::BigInt(number) => json!(number),
        Value::Float(number) => number.map_or(Json::Null, |number| fraction(number.into())),
        Value::Double(number) => number.map_or(Json::Null, fraction),
        Value::Bool(yes) => json!(yes),
        Value::Bytes(bytes) => json!(bytes.map(|bytes| STANDARD.encode(bytes))),
        _ => return None,
    })
}

fn from_json(value: &Json, wanted: &ColumnType) -> Option<Value> {
    let none = values::none(wanted)?;
    Some(match (value, &none) {
        (Json::Null, _) => none,
        (Json::String(text), Value::String(_)) => text.as_str().into(),
        (Json::Bool(yes), Value::Bool(_)) => (*yes).into(),
        (Json::String(text), Value::Bytes(_)) => STANDARD.decode(text).ok()?.into(),
        (Json::String(name), _) => values::fraction(wanted, name.parse().ok()?)?,
        (Json::Number(number), Value::Float(_) | Value::Double(_)) => {
            values::fraction(wanted, number.as_f64()?)?
        }
        (Json::Number(number), _) => values::whole(wanted, number.as_i64()?)?,
        _ => return None,
    })
}

/// A connection to an empty SQLite database in memory, to try the migrations on.
pub async fn scratch() -> Result<DatabaseConnection, DbErr> {
    let mut options = sea_orm::ConnectOptions::new("sqlite::memory:");
    options.max_connections(1).sqlx_logging(false);
    sea_orm::Database::connect(options).await
}
