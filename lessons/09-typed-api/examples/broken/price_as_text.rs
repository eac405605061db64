//! An item whose price is a text.

#![forbid(unsafe_code)]

use lesson_09::item::{Item, Name};

fn main() {
    let name = Name::new("Item2").expect("a name");
    let item = Item {
        name,
        price: "Not a number",
        description: None,
        tax: None,
    };
    println!("{item:?}");
}
