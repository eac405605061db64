//! Forms: what was sent is compared with what a model's fields may be.

use std::collections::HashMap;

use minijinja::value::Serde;
use minijinja::{Value as Shown, context};
use sea_orm::{
    ActiveModelBehavior, ActiveModelTrait, DatabaseConnection, DbErr, EntityTrait, IntoActiveModel,
    ModelTrait, SqlErr, TransactionTrait, Value,
};

use crate::app::App;
use crate::fields::{Field, Meta, fields, shown};

/// What a form sent: names and values.
pub type Posted = HashMap<String, String>;

struct Input {
    field: Field,
    text: String,
    value: Option<Value>,
    error: Option<String>,
}

/// A form for the fields of a model that people may set, and for a row of it.
pub struct Form<E: EntityTrait> {
    inputs: Vec<Input>,
    problem: Option<String>,
    row: E::ActiveModel,
    is_new: bool,
}

impl<E: Meta> Form<E>
where
    E::Model: IntoActiveModel<E::ActiveModel>,
    E::ActiveModel: Send,
{
    /// A form for a row that is there, or for a new one.
    pub fn new(row: Option<E::Model>) -> Form<E> {
        let mut inputs = Vec::new();
        for field in fields::<E>().into_iter().filter(|field| !field.read_only) {
            let value = row.as_ref().map(|row| row.get(column::<E>(&field)));
            inputs.push(Input {
                field,
                text: value.as_ref().map(shown).unwrap_or_default(),
                value: None,
                error: None,
            });
        }
        Form {
            inputs,
            problem: None,
            is_new: row.is_none(),
            row: row.map_or_else(E::ActiveModel::new, E::Model::into_active_model),
        }
    }

    /// Takes what was sent. Names that the form does not have set nothing.
    pub fn fill(&mut self, posted: &Posted) {
        for input in &mut self.inputs {
            input.text = posted.get(input.field.name).cloned().unwrap_or_default();
            match input.field.parse(&input.text) {
                Ok(value) => input.value = Some(value),
                Err(reason) => input.error = Some(reason),
            }
        }
    }

    /// Saves the row, if all that was sent will do. If not, it is not saved, and the form says why.
    pub async fn save(&mut self, db: &DatabaseConnection) -> Result<Option<E::Model>, DbErr> {
        let mut row = self.row.clone();
        for input in &mut self.inputs {
            let Some(value) = input.value.clone() else {
                continue;
            };
            if row.try_set(column::<E>(&input.field), value).is_err() {
                input.error = Some("This is not a value that it can have.".into());
            }
        }
        if self.inputs.iter().any(|input| input.error.is_some()) {
            return Ok(None);
        }
        // Who hears of it by a signal writes in the same transaction.
        let transaction = db.begin().await?;
        let saved = match self.is_new {
            true => row.insert(&transaction).await,
            false => row.update(&transaction).await,
        };
        match saved {
            Ok(row) => transaction.commit().await.map(|()| Some(row)),
            Err(error) => {
                transaction.rollback().await?;
                self.refused_by_database(error).map(|()| None)
            }
        }
    }

    /// What the database alone knows: a value is taken, or names no row. Other errors are ours.
    fn refused_by_database(&mut self, error: DbErr) -> Result<(), DbErr> {
        match error.sql_err() {
            Some(SqlErr::UniqueConstraintViolation(said)) => {
                let reason = "There is another one with this already.".to_string();
                let mut inputs = self.inputs.iter_mut().filter(|input| input.field.unique);
                // SQLite says `teas.name`.
                match inputs.find(|input| said.contains(&format!(".{}", input.field.name))) {
                    Some(input) => input.error = Some(reason),
                    None => self.problem = Some(reason),
                }
            }
            Some(SqlErr::ForeignKeyConstraintViolation(_)) => {
                self.problem = Some("One of the rows that this names is gone.".into());
            }
            _ => return Err(error),
        }
        Ok(())
    }

    /// For a template.
    pub async fn shown(&self, app: &App) -> Result<Shown, DbErr> {
        let mut inputs = Vec::new();
        let twice = |choice: &&str| (choice.to_string(), choice.to_string());
        for input in &self.inputs {
            let field = &input.field;
            let options = match &field.references {
                Some(table) => app.admin.labels(&app.db, table, None).await?,
                None => field.choices.iter().map(twice).collect(),
            };
            let (text, error) = (&input.text, &input.error);
            inputs.push(context! { field => Serde(field), options => Serde(options), text, error });
        }
        Ok(context! { inputs, problem => self.problem.as_deref() })
    }
}

fn column<E: Meta>(field: &Field) -> E::Column {
    let column = field.name.parse().ok();
    column.expect("a field bears the name of its column")
}
