//! The filters of the templates.

use lesson_12::templates::filters::*;

/// What Django makes of the same.
#[test]
fn each_filter_gives_what_djangos_gives() {
    let at = 1_795_257_600; // 2026-11-21 10:40:00
    assert_eq!(date(at, None), "Nov. 21, 2026, 10:40 a.m.");
    assert_eq!(date(at, Some("Y-m-d H:i:s".into())), "2026-11-21 10:40:00");
    assert_eq!(
        date(at, Some("D j \\d\\e F y".into())),
        "Sat 21 de November 26"
    );
    assert_eq!(date(0, Some("P".into())), "midnight");
    assert_eq!(date(12 * 3600, Some("P".into())), "noon");
    assert_eq!(date(15 * 3600, Some("P".into())), "3 p.m.");
    assert_eq!(pluralize(1, None) + &pluralize(0, None), "s");
    assert_eq!(pluralize(2, Some("y,ies".into())), "ies");
    assert_eq!(truncatechars("Joel is a slug".into(), 7), "Joel i…");
    assert_eq!(truncatechars("Joel".into(), 4), "Joel");
    let lines = linebreaks("a<b>\nc\r\n\n\n\nd".into()).to_string();
    assert_eq!(lines, "<p>a&lt;b&gt;<br>c</p>\n\n<p>d</p>");
}
