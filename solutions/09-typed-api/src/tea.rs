//! What a tea is: to the code that reads a request, to the documentation, and to the compiler.

use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::field::{Change, Field, Sent, Wrong};
use crate::price::Price;
use crate::record::{Fields, Problem, Record};

/// A tea.
#[derive(Clone, Serialize, ToSchema)]
pub struct Tea {
    /// What it is called. No two teas have the same name.
    pub name: Name,
    pub kind: Kind,
    /// What a pot of it costs.
    pub price: Price,
    /// What it costs today. It is lower than the price.
    pub offer: Option<Price>,
}

impl Record for Tea {
    fn read(fields: &mut Fields) -> Option<Tea> {
        // All four are taken before the first `?` gives up: that is how all problems are found.
        let name = fields.take("name");
        let kind = fields.take("kind");
        let price = fields.take("price");
        let offer = fields.take("offer");
        // What could not be read breaks no rule of two.
        if let (Some(price), Some(offer)) = (price, offer)
            && let Err(wrong) = is_lower(offer, price)
        {
            fields.note("offer", wrong);
            return None;
        }
        Some(Tea {
            name: name?,
            kind: kind?,
            price: price?,
            offer: offer?,
        })
    }
}

/// The rule of an offer. No offer breaks none.
fn is_lower(offer: Option<Price>, price: Price) -> Result<(), Wrong> {
    match offer {
        Some(offer) if offer >= price => {
            let msg = "An offer should be lower than the price.";
            Err(Wrong::new("not_lower", msg))
        }
        _ => Ok(()),
    }
}

/// What of a tea is to change.
#[derive(ToSchema)]
pub struct TeaChange {
    #[schema(value_type = Option<Kind>, nullable = false)]
    kind: Change<Kind>,
    #[schema(value_type = Option<Price>, nullable = false)]
    price: Change<Price>,
    /// Lower than the price. Null takes the offer away.
    #[schema(value_type = Option<Price>)]
    offer: Change<Option<Price>>,
}

impl Record for TeaChange {
    fn read(fields: &mut Fields) -> Option<TeaChange> {
        let kind = fields.take("kind");
        let price = fields.take("price");
        let offer = fields.take("offer");
        Some(TeaChange {
            kind: kind?,
            price: price?,
            offer: offer?,
        })
    }
}

impl TeaChange {
    /// The tea that comes out, if it is one.
    pub fn of(self, tea: &Tea) -> Result<Tea, Vec<Problem>> {
        let price = self.price.0.unwrap_or(tea.price);
        let offer = self.offer.0.unwrap_or(tea.offer);
        is_lower(offer, price)
            .map_err(|wrong| vec![Problem::new(wrong, Some("offer"), json!(offer))])?;
        Ok(Tea {
            name: tea.name.clone(),
            kind: self.kind.0.unwrap_or(tea.kind),
            price,
            offer,
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

/// What was done with the leaves.
#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Green,
    Black,
    Oolong,
    White,
}

impl Field for Kind {
    fn parse(sent: Sent) -> Result<Kind, Wrong> {
        match String::parse(sent)?.as_str() {
            "green" => Ok(Kind::Green),
            "black" => Ok(Kind::Black),
            "oolong" => Ok(Kind::Oolong),
            "white" => Ok(Kind::White),
            _ => {
                let msg = "A tea is green, black, oolong or white.";
                Err(Wrong::new("enum", msg))
            }
        }
    }
}
