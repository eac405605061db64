//! What a tea is: to the code that reads a request, to the documentation, and to the compiler.

use serde::Serialize;
use utoipa::ToSchema;

use crate::field::{Field, Sent, Wrong};
use crate::price::Price;
use crate::record::{Fields, Record};

/// A tea.
#[derive(Clone, Serialize, ToSchema)]
pub struct Tea {
    /// What it is called. No two teas have the same name.
    pub name: Name,
    pub kind: String,
    /// What a pot of it costs.
    pub price: Price,
    /// What it costs today.
    pub offer: Option<Price>,
}

impl Record for Tea {
    fn read(fields: &mut Fields) -> Option<Tea> {
        // All four are taken before the first `?` gives up: that is how all problems are found.
        let name = fields.take("name");
        let kind = fields.take("kind");
        let price = fields.take("price");
        let offer = fields.take("offer");
        Some(Tea {
            name: name?,
            kind: kind?,
            price: price?,
            offer: offer?,
        })
    }
}

/// What a tea is called. It becomes a part of a path, so it is not empty.
#[derive(Clone, Serialize, ToSchema)]
#[schema(min_length = 1, max_length = 40)]
pub struct Name(String);

impl Field for Name {
    fn parse(sent: Sent) -> Result<Name, Wrong> {
        let text = String::parse(sent)?;
        match text.chars().count() {
            0 => Err(Wrong::new("string_too_short", "A tea has a name.")),
            1..=40 => Ok(Name(text)),
            _ => {
                let msg = "A name has 40 characters at most.";
                Err(Wrong::new("string_too_long", msg))
            }
        }
    }
}

impl Name {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
