//! What is a price, and what is not.

use lesson_09::price::Price;

fn read(text: &str) -> Result<String, &'static str> {
    let price = text.parse::<Price>();
    price
        .map(|price| price.to_string())
        .map_err(|wrong| wrong.kind)
}

#[test]
fn a_price_keeps_the_digits_that_were_sent() {
    for text in [
        "0",
        "12.34",
        "12.50",
        "0.1",
        "99999999999999999999999999.99",
    ] {
        assert_eq!(read(text).as_deref(), Ok(text));
    }
}

#[test]
fn a_number_may_be_written_in_several_ways() {
    let ways = [
        (" 5 ", "5"),
        ("+5", "5"),
        (".5", "0.5"),
        ("5.", "5"),
        ("007.500", "7.50"),
        ("1e2", "100"),
        ("5E-1", "0.5"),
        ("1_000", "1000"),
        ("-0", "0"),
    ];
    for (text, kept) in ways {
        assert_eq!(read(text).as_deref(), Ok(kept), "{text:?}");
    }
}

#[test]
fn what_is_no_price_is_refused_with_the_reason() {
    let long = "9".repeat(40);
    let reasons = [
        ("", "decimal_parsing"),
        (" ", "decimal_parsing"),
        (".", "decimal_parsing"),
        ("+", "decimal_parsing"),
        ("e", "decimal_parsing"),
        ("1e", "decimal_parsing"),
        ("--1", "decimal_parsing"),
        ("1,5", "decimal_parsing"),
        ("_", "decimal_parsing"),
        ("0x10", "decimal_parsing"),
        ("\u{661}\u{662}", "decimal_parsing"),
        ("1.2.3", "decimal_parsing"),
        ("NaN", "finite_number"),
        ("-inf", "finite_number"),
        ("-1", "greater_than_equal"),
        ("1.005", "decimal_max_places"),
        ("1e-3", "decimal_max_places"),
        ("1e26", "decimal_whole_digits"),
        (&long, "decimal_max_digits"),
        ("1e400", "decimal_max_digits"),
        ("1e-400", "decimal_max_digits"),
    ];
    for (text, kind) in reasons {
        assert_eq!(read(text), Err(kind), "{text:?}");
    }
}
