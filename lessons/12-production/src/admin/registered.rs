//! What the pages know of a model: one kind of row for all of them. Pages hold `dyn Registered`
//! and know no model; `rows` knows one.

use minijinja::Value as Shown;
use sea_orm::sea_query::Order;
use sea_orm::{DatabaseExecutor, DbErr, Value};

use super::model::Options;

/// A connection or a transaction.
pub type Db<'a> = DatabaseExecutor<'a>;

/// A row of any model.
#[derive(Clone, Debug)]
pub struct Row {
    pub id: i64,
    /// In a few words.
    pub shown: String,
    /// One for each of the model's fields, in their order.
    pub values: Vec<Value>,
    pub only_superusers: bool,
}

/// Which rows are asked for. The names are those of fields: none comes from a request.
#[derive(Clone, Debug, Default)]
pub struct Query {
    /// Some field that is searched has this in it, as it stands.
    pub search: String,
    pub equal: Vec<(&'static str, Value)>,
    pub among: Option<(&'static str, Vec<i64>)>,
    pub order: Option<(&'static str, Order)>,
    pub skip: u64,
    pub limit: Option<u64>,
}

/// Who fills in a form, and when.
#[derive(Clone, Debug)]
pub struct Filling {
    /// The fields that this user may set.
    pub names: Vec<&'static str>,
    /// For a field that names a row of another model: which rows there are to choose from.
    pub options: Vec<(&'static str, Vec<(String, String)>)>,
    pub is_superuser: bool,
    pub now: i64,
}

/// What came of the wish to change a row.
pub enum Saved {
    Row {
        row: Row,
        changed: Vec<&'static str>,
    },
    /// The form again, with what is wrong.
    Refused(Shown),
    /// Only a superuser may do that.
    Forbidden,
    /// There is no such row.
    Gone,
}

/// A model that the admin knows.
///
/// A trait with `async fn` cannot be used as `dyn`; the attribute makes each of them return a
/// boxed future, as we did by hand in lesson 05.
#[async_trait::async_trait]
pub trait Registered: Send + Sync {
    fn options(&self) -> &Options;
    async fn rows(&self, db: &Db<'_>, query: &Query) -> Result<Vec<Row>, DbErr>;
    async fn count(&self, db: &Db<'_>, query: &Query) -> Result<u64, DbErr>;
    /// The form for a row, or for a new one. None: there is no such row.
    async fn form(
        &self,
        db: &Db<'_>,
        id: Option<i64>,
        filling: &Filling,
    ) -> Result<Option<Shown>, DbErr>;
    /// Changes a row, or adds one, by what was sent.
    async fn save(
        &self,
        db: &Db<'_>,
        id: Option<i64>,
        filling: &Filling,
        sent: &[(String, String)],
    ) -> Result<Saved, DbErr>;
    /// Does the action with that number to a row.
    async fn act(
        &self,
        db: &Db<'_>,
        id: i64,
        action: usize,
        filling: &Filling,
    ) -> Result<Saved, DbErr>;
    async fn delete(&self, db: &Db<'_>, id: i64) -> Result<(), DbErr>;
}
