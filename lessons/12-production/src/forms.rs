//! Forms: what somebody sent, held against what a model's fields may be. The same form serves a
//! page, the API and the admin. Django: `django.forms.ModelForm`.

pub mod body;
pub mod check;
mod input;
pub mod json;
pub mod query;

use minijinja::{Value as Shown, context};
use sea_orm::sea_query::{Expr, ExprTrait, Func};
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, IdenStatic};
use sea_orm::{Iterable, ModelTrait, PaginatorTrait, QueryFilter};
use serde_json::{Map, Value as Json};

use crate::error::AppError;
use crate::fields::{self, Described, Kind, values};
use input::Input;

/// A form for some fields of a model.
#[derive(Clone, Debug)]
pub struct Form<E: Described> {
    inputs: Vec<Input<E>>,
    /// What is wrong with the whole.
    problem: Option<String>,
}

impl<E: Described> Form<E> {
    /// A form for the fields with these names. What somebody sends under another name changes
    /// nothing.
    ///
    /// # Panics
    /// When the model has no such field: a mistake in the program.
    pub fn new(names: &[&str]) -> Form<E> {
        let input = |name: &&str| {
            let column = E::Column::iter().find(|column| column.as_str() == *name);
            let column = column.unwrap_or_else(|| panic!("{} has no field {name}", E::NAME));
            let field = fields::field::<E>(column);
            let choices = field.choices.iter();
            Input {
                column,
                text: None,
                value: Ok(None),
                options: choices
                    .map(|choice| (choice.to_string(), choice.to_string()))
                    .collect(),
                field,
            }
        };
        Form {
            inputs: names.iter().map(input).collect(),
            problem: None,
        }
    }

    /// A form for all fields that people may set.
    pub fn editable() -> Form<E> {
        let fields = fields::fields::<E>().into_iter();
        let names: Vec<&str> = fields
            .filter(|field| field.editable && !matches!(field.kind, Kind::Bytes | Kind::Unknown))
            .map(|field| field.name)
            .collect();
        Form::new(&names)
    }

    /// With what a row has now. What is not sent stays as it is.
    pub fn showing(mut self, row: &E::Model) -> Form<E> {
        for input in &mut self.inputs {
            input.text = Some(values::shown(&row.get(input.column)));
        }
        self
    }

    /// With a value that stands in the form at first, and stays when none is sent.
    pub fn initial(mut self, name: &str, text: &str) -> Form<E> {
        for input in self.inputs.iter_mut().filter(|i| i.field.name == name) {
            input.text = Some(text.to_string());
        }
        self
    }

    /// With what a browser sent, names and values. Other names are not looked at.
    pub fn posted(mut self, sent: &[(String, String)]) -> Form<E> {
        for input in &mut self.inputs {
            let mut sent = sent.iter().filter(|(name, _)| name == input.field.name);
            match (sent.next(), sent.next()) {
                (Some((_, text)), None) => input.take(text),
                (None, _) if input.field.kind == Kind::YesNo => input.take(""),
                (None, _) => input.keep(),
                _ => input.value = Err("It was sent twice.".into()),
            }
        }
        self
    }

    /// With the fields of a JSON object. A name that the form does not have is an error: a
    /// program that sends `owner_id` shall learn that it sets nothing.
    ///
    /// # Errors
    /// 422 with the field's name.
    pub fn json(mut self, mut sent: Map<String, Json>) -> Result<Form<E>, AppError> {
        for input in &mut self.inputs {
            match sent.remove(input.field.name) {
                None => input.keep(),
                Some(json) => match check::text_of(&input.field, &json) {
                    Ok(text) => input.take(&text),
                    Err(reason) => input.value = Err(reason),
                },
            }
        }
        match sent.keys().next() {
            None => Ok(self),
            Some(name) => Err(AppError::field(name, "This field cannot be set.")),
        }
    }

    /// Checks what only the database knows: that a row is there which a field names, and that no
    /// other row has a value which must be unique. `id` is the row that is changed, if one is.
    ///
    /// # Errors
    /// When the database cannot be asked.
    pub async fn check(mut self, db: &impl ConnectionTrait, id: Option<i64>) -> Result<Self, DbErr>
    where
        E::Model: Send + Sync,
    {
        for input in &mut self.inputs {
            let Ok(Some(value)) = &input.value else {
                continue;
            };
            if input.field.unique {
                let same = match E::ignores_case(input.column) {
                    true => Expr::expr(Func::lower(input.column.into_expr()))
                        .eq(Func::lower(Expr::value(value.clone()))),
                    false => input.column.eq(value.clone()),
                };
                let mut others = E::find().filter(same);
                let key = E::Column::iter().find(|column| column.as_str() == "id");
                if let (Some(id), Some(key)) = (id, key) {
                    others = others.filter(key.ne(id));
                }
                if others.count(db).await? > 0 {
                    input.value = Err("Another one has this already.".into());
                }
            } else if let Some(table) = input.field.refers_to
                && !check::is_there(db, table, value).await?
            {
                input.value = Err("There is no such row.".into());
            }
        }
        Ok(self)
    }

    /// What can be chosen for a field: values, and their names for people.
    pub fn options(mut self, name: &str, options: Vec<(String, String)>) -> Form<E> {
        for input in self.inputs.iter_mut().filter(|i| i.field.name == name) {
            input.options = options.clone();
        }
        self
    }

    /// Says what is wrong with a field, or, if there is none of that name, with the whole.
    pub fn refuse(&mut self, name: &str, reason: &str) {
        let input = self.inputs.iter_mut().find(|i| i.field.name == name);
        match input {
            Some(input) => input.value = Err(reason.to_string()),
            None => self.problem = Some(reason.to_string()),
        }
    }

    /// What is wrong with a field.
    pub fn error(&self, name: &str) -> Option<&str> {
        let input = self.inputs.iter().find(|i| i.field.name == name)?;
        input.value.as_ref().err().map(String::as_str)
    }

    /// Whether nothing is wrong.
    pub fn is_valid(&self) -> bool {
        self.problem.is_none() && self.inputs.iter().all(|input| input.value.is_ok())
    }

    /// The first thing that is wrong, as the API tells it.
    ///
    /// # Errors
    /// 422 with the field's name.
    pub fn valid(self) -> Result<Form<E>, AppError> {
        if let Some(reason) = self.problem {
            return Err(AppError::new(
                axum::http::StatusCode::UNPROCESSABLE_ENTITY,
                reason,
            ));
        }
        let wrong = self.inputs.iter().find_map(|input| match &input.value {
            Err(reason) => Some(AppError::field(input.field.name, reason.as_str())),
            Ok(_) => None,
        });
        wrong.map_or(Ok(self), Err)
    }

    /// Sets what was sent, and gives the names of the fields that are another value now. A field
    /// that is wrong is not set.
    pub fn set_in(&self, row: &mut E::ActiveModel) -> Vec<&'static str> {
        let mut changed = Vec::new();
        for input in &self.inputs {
            if let Ok(Some(value)) = &input.value
                && row.get(input.column).into_value().as_ref() != Some(value)
            {
                row.set(input.column, value.clone());
                changed.push(input.field.name);
            }
        }
        changed
    }

    /// For a template: `problem`, and `inputs` with each field's name, value and error.
    pub fn shown(&self) -> Shown {
        let inputs: Vec<Shown> = self.inputs.iter().map(Input::shown).collect();
        context! { problem => self.problem.as_deref(), inputs => inputs }
    }
}
