//! What a form gets for an answer.

use axum::response::Html;
use html_escape::encode_text;

use crate::item::Item;

/// The item, escaped: its name was typed by a stranger.
pub fn created(item: &Item) -> Html<String> {
    let tax = item.tax.unwrap_or_default();
    Html(format!(
        r#"<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>A new item</title>
<h1>{}</h1>
<p>{}</p>
<p>{} and {tax} tax: {}</p>
<p><a href="/">One more</a></p>
</html>
"#,
        encode_text(item.name.as_str()),
        encode_text(item.description.as_deref().unwrap_or_default()),
        item.price,
        item.price + tax,
    ))
}
