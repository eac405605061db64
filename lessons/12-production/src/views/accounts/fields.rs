//! The fields of the forms around passwords. They are no model's: a password is not stored, its
//! hash is.

use std::collections::BTreeMap;

use minijinja::{Value, context};

use crate::auth::password::Passwords;
use crate::error::AppError;
use crate::forms::body::Posted;

/// What was sent, and what is wrong with it, by the names of the fields.
pub struct Fields<'a> {
    posted: &'a Posted,
    errors: BTreeMap<&'static str, String>,
}

impl<'a> Fields<'a> {
    pub fn new(posted: &'a Posted) -> Fields<'a> {
        Fields {
            posted,
            errors: BTreeMap::new(),
        }
    }

    /// A line of text, without the spaces around it.
    pub fn line(&self, name: &str) -> &'a str {
        self.posted.get(name).unwrap_or_default().trim()
    }

    /// A password, to the last space.
    pub fn password(&self, name: &str) -> &'a str {
        self.posted.get(name).unwrap_or_default()
    }

    /// Says what is wrong with a field. What was said first stays.
    pub fn refuse(&mut self, name: &'static str, reason: impl Into<String>) {
        self.errors.entry(name).or_insert(reason.into());
    }

    pub fn are_good(&self) -> bool {
        self.errors.is_empty()
    }

    /// Checks a new password that was typed twice.
    pub async fn check_new_password(
        &mut self,
        passwords: &Passwords,
        names: [&'static str; 2],
        known: &[&str],
    ) -> Result<(), AppError> {
        let [first, second] = names.map(|name| self.password(name));
        if first != second {
            self.refuse(names[1], "The two passwords are not the same.");
        } else if let Some(weakness) = passwords.weakness(first, known).await? {
            self.refuse(names[0], weakness);
        }
        Ok(())
    }

    /// For the template: what was typed, but no password, and what was wrong with it.
    pub fn shown(&self) -> Value {
        context! {
            username => self.line("username"),
            email => self.line("email"),
            errors => Value::from_pairs(self.errors.iter().map(|(name, why)| (*name, why.as_str()))),
        }
    }
}
