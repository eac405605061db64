//! Forms: what was sent is held against what a model's fields may be. Django: `ModelForm`.

use std::collections::HashMap;

use minijinja::value::Serde;
use minijinja::{Value as Shown, context};
use sea_orm::{
    ActiveModelBehavior, ActiveModelTrait, DatabaseConnection, DbErr, EntityTrait, IntoActiveModel,
    ModelTrait, SqlErr, TransactionTrait, Value,
};

use crate::app::App;
use crate::fields::{Field, Meta, fields, shown};

/// What a form sent: names and values. Django: `request.POST`.
pub type Posted = HashMap<String, String>;

struct Input {
    field: Field,
    text: String,
    value: Option<Value>,
    error: Option<String>,
}

/// A form for some fields of a model, and for a row of it.
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
    /// A form for a row that is there, or for a new one, with the fields that `wanted` takes of
    /// those that people may set.
    pub fn new(row: Option<E::Model>, wanted: impl Fn(&Field) -> bool) -> Form<E> {
        let mut inputs = Vec::new();
        for field in fields::<E>() {
            if field.read_only || !wanted(&field) {
                continue;
            }
            let value = row.as_ref().map(|row| row.get(column::<E>(&field)));
            let text = value.as_ref().map(shown).unwrap_or_default();
            inputs.push(Input {
                field,
                text,
                value: None,
                error: None,
            });
        }
        let (problem, is_new) = (None, row.is_none());
        let row = row.map_or_else(E::ActiveModel::new, E::Model::into_active_model);
        Form {
            inputs,
            problem,
            row,
            is_new,
        }
    }

    /// Takes what was sent. Names that the form does not have set nothing.
    pub fn fill(&mut self, posted: &Posted) {
        for input in &mut self.inputs {
            let sent = posted.get(input.field.name).cloned();
            input.text = sent.unwrap_or_default();
            match input.field.parse(&input.text) {
                Ok(value) => input.value = Some(value),
                Err(reason) => input.error = Some(reason),
            }
        }
    }

    pub fn is_valid(&self) -> bool {
        self.problem.is_none() && self.inputs.iter().all(|input| input.error.is_none())
    }

    /// Says what is wrong with a field, or with the whole.
    pub fn refuse(&mut self, name: &str, reason: &str) {
        let mut inputs = self.inputs.iter_mut();
        match inputs.find(|input| input.field.name == name) {
            Some(input) => input.error = Some(reason.to_string()),
            None => self.problem = Some(reason.to_string()),
        }
    }

    /// Saves the row, if all that was sent will do. If not, it is not saved, and the form says why.
    /// `also` sets what is in no input. Django: `form.save()`.
    pub async fn save(
        &mut self,
        db: &DatabaseConnection,
        also: impl FnOnce(&mut E::ActiveModel),
    ) -> Result<Option<E::Model>, DbErr> {
        let mut row = self.row.clone();
        also(&mut row);
        for input in &mut self.inputs {
            let Some(value) = input.value.clone() else {
                continue;
            };
            if row.try_set(column::<E>(&input.field), value).is_err() {
                input.error = Some("This is not a value that it can have.".into());
            }
        }
        if !self.is_valid() {
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
                let fields = self.inputs.iter().map(|input| &input.field);
                let mut unique = fields.filter(|field| field.unique);
                // SQLite says `users.username`, PostgreSQL `users_username_key`.
                let taken = unique.find(|Field { name, .. }| {
                    said.contains(&format!(".{name}")) || said.contains(&format!("_{name}_key"))
                });
                let name = taken.map_or("", |field| field.name);
                self.refuse(name, "There is another one with this already.");
            }
            Some(SqlErr::ForeignKeyConstraintViolation(_)) => {
                self.refuse("", "One of the rows that this names is gone.");
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
