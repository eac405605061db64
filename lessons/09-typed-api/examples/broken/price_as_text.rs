//! An item whose price is a text.

#![forbid(unsafe_code)]

use lesson_09::item::{Item, Name};

fn main() {
    let name = Name::try_from("Item2".to_string()).expect("a name");
    let item = Item {
        name,
        price: "Not a number",
        description: None,
        tax: None,
        parts: None,
    };
    println!("{item:?}");
}
