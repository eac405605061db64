//! A record with a field of a type that is not one for fields.

#![forbid(unsafe_code)]

use lesson_09::item::Name;
use lesson_09::record;

record! {
    pub struct Item {
        pub name: Name,
        pub price: f64,
    }
}

fn main() {}
