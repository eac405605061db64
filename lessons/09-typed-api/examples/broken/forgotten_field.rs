//! A model with a field that its reading forgets.

#![forbid(unsafe_code)]

use lesson_09::item::Name;
use lesson_09::price::Price;
use lesson_09::record::{Fields, Record};

struct Item {
    name: Name,
    price: Price,
    colour: Option<String>,
}

impl Record for Item {
    fn read(fields: &mut Fields) -> Option<Item> {
        let name = fields.take("name");
        let price = fields.take("price");
        Some(Item {
            name: name?,
            price: price?,
        })
    }
}

fn main() {}
