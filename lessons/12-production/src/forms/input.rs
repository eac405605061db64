//! One field of a form: what stands in it, and what that is worth.

use minijinja::{Value as Shown, context};
use sea_orm::{ActiveModelTrait, Value};

use super::check;
use crate::fields::{Described, Field};

/// One field of a form.
#[derive(Clone, Debug)]
pub(super) struct Input<E: Described> {
    pub(super) column: E::Column,
    pub(super) field: Field,
    /// As people see it, and see it again when it was wrong. None: there is no value yet.
    pub(super) text: Option<String>,
    /// As the database takes it; an error, in words for the one who sent it.
    pub(super) value: Result<Option<Value>, String>,
    /// What can be chosen, with its name for people.
    pub(super) options: Vec<(String, String)>,
}

impl<E: Described> Input<E> {
    pub(super) fn take(&mut self, text: &str) {
        let text = check::tidy(&self.field, text);
        let value = check::value_of(&self.field, &text);
        self.value = value.and_then(|value| self.fitting(value)).map(Some);
        self.text = Some(text);
    }

    /// The model itself may take fewer values than its column: those of an enum.
    fn fitting(&self, value: Value) -> Result<Value, String> {
        let mut row = <E::ActiveModel as ActiveModelTrait>::default();
        let fits = row.try_set(self.column, value.clone()).is_ok();
        fits.then_some(value)
            .ok_or_else(|| "It is no value of this field.".into())
    }

    /// Nothing was sent.
    pub(super) fn keep(&mut self) {
        if let Some(text) = self.text.take() {
            self.take(&text);
        } else if self.field.required {
            self.value = Err("It must be given.".into());
        } else {
            self.take("");
        }
    }

    pub(super) fn shown(&self) -> Shown {
        let options = self.options.iter();
        let options: Vec<Shown> = options
            .map(|(value, name)| context! { value => value, name => name })
            .collect();
        context! {
            name => self.field.name,
            label => self.field.label.as_str(),
            kind => format!("{:?}", self.field.kind).to_lowercase(),
            value => self.text.as_deref().unwrap_or_default(),
            required => self.field.required,
            max_length => self.field.max_length,
            options => options,
            error => self.value.as_ref().err(),
        }
    }
}
