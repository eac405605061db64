//! A model in the admin. The pages hold `dyn Registered` and know no model; `ModelAdmin` knows one.

use async_trait::async_trait;
use minijinja::Value as Shown;
use sea_orm::{DatabaseConnection, DbErr, Value};

use crate::app::App;
use crate::error::AppError;
use crate::fields::{Field, Meta};
use crate::forms::Posted;

#[async_trait]
pub trait Registered: Send + Sync {
    fn name(&self) -> &'static str;
    fn table(&self) -> String;
    fn fields(&self) -> Vec<Field>;
    /// What can be done with its rows.
    fn actions(&self) -> &'static [&'static str];
    fn has_search(&self) -> bool;
    /// The newest rows, 100 at most.
    async fn list(&self, app: &App, search: &str) -> Result<Shown, DbErr>;
    /// Rows by id and in words: those of some ids, or all.
    async fn labels(&self, db: &DatabaseConnection, ids: Option<Vec<Value>>) -> Labels;
    /// Saves what was sent, for a row or as a new one: None. Or gives the form, to be sent.
    async fn edit(&self, app: &App, id: Option<i64>, posted: Option<&Posted>) -> Edited;
    /// Deletes a row: None. Or gives it in words, to ask whether it should go.
    async fn delete(&self, app: &App, id: i64, is_sure: bool) -> Edited;
}

pub type Labels = Result<Vec<(String, String)>, DbErr>;
pub type Edited = Result<Option<Shown>, AppError>;

pub struct ModelAdmin<E: Meta> {
    pub(super) list_display: Vec<E::Column>,
    pub(super) search_fields: Vec<E::Column>,
    pub(super) actions: &'static [&'static str],
}

impl<E: Meta> ModelAdmin<E>
where
    ModelAdmin<E>: Registered + 'static,
{
    pub fn new() -> Self {
        ModelAdmin {
            list_display: Vec::new(),
            search_fields: Vec::new(),
            actions: &["view", "add", "change", "delete"],
        }
    }

    /// The columns of the list, beside the row in words.
    pub fn list_display(mut self, columns: &[E::Column]) -> Self {
        self.list_display = columns.to_vec();
        self
    }

    /// Where the list's search looks.
    pub fn search_fields(mut self, columns: &[E::Column]) -> Self {
        self.search_fields = columns.to_vec();
        self
    }

    pub fn actions(mut self, actions: &'static [&'static str]) -> Self {
        self.actions = actions;
        self
    }

    pub fn boxed(self) -> Box<dyn Registered> {
        Box::new(self)
    }
}
