//! What was recorded, and what is held against it.

/// Holds a text against the snapshot `tests/snapshots/TOPIC/NAME.snap`, for a name such as
/// `05-mini-framework/hello`. With `INSTA_UPDATE=always` the text is recorded instead.
///
/// A macro, so that a snapshot says which test file it is from.
macro_rules! hold_against_snapshot {
    ($name:expr, $shown:expr) => {{
        let (topic, title) = $name.rsplit_once('/').expect("a name has a topic");
        insta::with_settings!({
            snapshot_path => house::root().join("tests/snapshots").join(topic),
            prepend_module_to_snapshot => false,
            omit_expression => true,
        }, {
            insta::assert_snapshot!(title, $shown);
        });
    }};
}
