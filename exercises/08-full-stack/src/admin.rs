//! Pages for the staff, for any model.

pub mod model;
mod rows;
pub mod views;

use std::collections::HashSet;

use anyhow::ensure;
use sea_orm::{DatabaseConnection, DbErr, Value};

use crate::models::{order, tea};
use model::{ModelAdmin, Registered};

/// The models that the staff look after.
pub fn registered() -> Vec<Box<dyn Registered>> {
    vec![
        ModelAdmin::<order::Entity>::new()
            .list_display(&[order::Column::TeaId])
            .search_fields(&[order::Column::Guest])
            .boxed(),
        ModelAdmin::<tea::Entity>::new()
            .list_display(&[tea::Column::Portions, tea::Column::OnMenu])
            .actions(&["view", "add", "change"])
            .boxed(),
    ]
}

pub struct Admin(pub Vec<Box<dyn Registered>>);

impl Admin {
    /// Refuses what its pages could not show, before anyone asks for them.
    pub fn new(models: Vec<Box<dyn Registered>>) -> anyhow::Result<Admin> {
        let tables: HashSet<String> = models.iter().map(|model| model.table()).collect();
        for model in &models {
            let has_id = model.fields().iter().any(|field| field.name == "id");
            ensure!(has_id, "The table {} has no column id", model.table());
            for field in model.fields() {
                let place = format!("{}.{}", model.table(), field.name);
                let has_input = field.read_only || !field.input.is_empty();
                ensure!(has_input, "No input can hold {place}: make it read_only");
                let table = field.references.unwrap_or(model.table());
                let is_here = tables.contains(&table);
                ensure!(
                    is_here,
                    "{place} refers to {table}, which is not registered"
                );
            }
        }
        Ok(Admin(models))
    }

    pub fn get(&self, name: &str) -> Option<&dyn Registered> {
        let mut models = self.0.iter().map(Box::as_ref);
        models.find(|model| model.name() == name)
    }

    /// The rows of a table, each by its id and in words: those of some ids, or all.
    pub async fn labels(
        &self,
        db: &DatabaseConnection,
        table: &str,
        ids: Option<Vec<Value>>,
    ) -> Result<Vec<(String, String)>, DbErr> {
        match self.0.iter().find(|model| model.table() == table) {
            Some(model) => model.labels(db, ids).await,
            None => Ok(Vec::new()),
        }
    }
}
