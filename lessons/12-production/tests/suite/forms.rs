//! A form by itself, without a site around it.

use lesson_12::forms::Form;
use lesson_12::models::note;

#[test]
fn a_form_says_what_is_wrong_with_a_field() {
    let sent = [("text".to_string(), String::new())];
    let form = Form::<note::Entity>::new(&["text"]).posted(&sent);
    assert_eq!(form.error("text"), Some("It must not be empty."));
}
