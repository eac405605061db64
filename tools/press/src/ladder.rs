//! The ladder of the lessons: a picture that is drawn from `slides/ladder.toml`.

use std::fmt::Write;

use serde::Deserialize;

use crate::{html::escaped, report::Report, repository::Repository};

/// What the rungs say.
const TABLE: &str = "slides/ladder.toml";
/// The drawing.
pub const PICTURE: &str = "slides/pictures/first-ladder.svg";
/// Letters for which the drawing has room: in the name, the question, and what is taken away.
const ROOM: [usize; 3] = [20, 38, 34];
/// Where the first rung begins, from the top, and how far each lies below the one above it.
const TOP: usize = 40;
const STEP: usize = 39;

/// A rung: a lesson with a server.
#[derive(Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Rung {
    /// `05`
    pub number: String,
    /// What the lesson is about.
    pub name: String,
    /// What it asks.
    pub question: String,
    /// What one need not do any more.
    pub takes_away: String,
    /// A letter: rungs of one color belong together.
    pub color: char,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    rung: Vec<Rung>,
}

/// The rungs, from the bottom up. A repository without the table has none.
///
/// # Errors
///
/// A sentence, when the table cannot be read.
pub fn rungs(repository: &Repository) -> Result<Vec<Rung>, String> {
    if !repository.exists(TABLE) {
        return Ok(Vec::new());
    }
    let table: Result<Table, _> = toml::from_str(&repository.read(TABLE)?);
    let mut rungs = table.map_err(|error| error.to_string())?.rung;
    rungs.sort_by(|one, other| one.number.cmp(&other.number));
    Ok(rungs)
}

/// Draws the ladder, and says so when it has changed.
pub(crate) fn fill(repository: &Repository) -> Result<Option<String>, String> {
    // A table that cannot be read is a problem for the check.
    let rungs = rungs(repository).unwrap_or_default();
    let drawn = drawn(&rungs);
    if rungs.is_empty()
        || repository
            .read_exactly(PICTURE)
            .is_ok_and(|text| text == drawn)
    {
        return Ok(None);
    }
    repository.write(PICTURE, &drawn)?;
    Ok(Some(format!("{PICTURE}: {TABLE}")))
}

/// Refuses a drawing that is not what the table says, and words for which it has no room.
pub(crate) fn check(repository: &Repository, report: &mut Report) {
    let rungs = match rungs(repository) {
        Ok(rungs) => rungs,
        Err(message) => return report.add(TABLE, 1, message),
    };
    for rung in &rungs {
        let words = [&rung.name, &rung.question, &rung.takes_away];
        for (word, room) in words.into_iter().zip(ROOM) {
            if word.chars().count() > room {
                let number = &rung.number;
                let message = format!("rung {number}: {word:?} has more than {room} letters");
                report.add(TABLE, 1, message);
            }
        }
    }
    let shown = repository.read_exactly(PICTURE).unwrap_or_default();
    if !rungs.is_empty() && shown != drawn(&rungs) {
        report.add(
            PICTURE,
            1,
            format!("the picture is not what {TABLE} says: `cargo sync` draws it"),
        );
    }
}

/// The drawing.
fn drawn(rungs: &[Rung]) -> String {
    let height = TOP + STEP * rungs.len() + 4;
    let rail = height - 4;
    let mut said = String::new();
    for rung in rungs {
        let (number, name, question, takes_away) = words(rung);
        let end = if question.ends_with('?') { "" } else { "." };
        _ = write!(
            said,
            " {number} {name}: {question}{end} It takes away {takes_away}."
        );
    }
    let mut svg = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1046 {height}" role="img" aria-labelledby="title desc">
<title id="title">The ladder of the lessons with a server</title>
<desc id="desc">A ladder, to be read from the bottom up. Each rung has a number, a topic, a question, and what it takes away.{said}</desc>
{STYLE}<path class="rail" d="M16 36V{rail}M1030 36V{rail}"/>
"#
    );
    for (rung, place) in rungs.iter().rev().zip(0..) {
        let (number, name, question, takes_away) = words(rung);
        let (y, color) = (TOP + STEP * place, rung.color);
        let base = y + 23;
        _ = write!(
            svg,
            r#"<rect class="rung {color}" x="10" y="{y}" width="1026" height="33" rx="6"/>
<text class="number" x="24" y="{base}">{number}</text><text class="name" x="66" y="{base}">{name}</text><text x="280" y="{base}">{question}</text><text x="674" y="{base}">{takes_away}</text>
"#
        );
    }
    svg + "</svg>\n"
}

fn words(rung: &Rung) -> (String, String, String, String) {
    (
        escaped(&rung.number),
        escaped(&rung.name),
        escaped(&rung.question),
        escaped(&rung.takes_away),
    )
}

const STYLE: &str = r#"<style>
text { font-family: system-ui, "Segoe UI", "Helvetica Neue", Arial, sans-serif; font-size: 20px; fill: #1f2328; }
.name { font-weight: 600; }
.number { font-family: ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; font-weight: 600; }
.head { fill: #59636e; font-style: italic; }
.a { fill: #ddf4ff; } .b { fill: #fff8c5; } .c { fill: #dafbe1; } .d { fill: #ffe2d1; }
.rung { stroke: #818b98; stroke-width: 1.5; }
.rail { stroke: #818b98; stroke-width: 8; stroke-linecap: round; }
@media (prefers-color-scheme: dark) {
text { fill: #f0f6fc; } .head { fill: #b1bac4; }
.a { fill: #0c3b66; } .b { fill: #4b3a06; } .c { fill: #124a25; } .d { fill: #5a2a12; }
.rung, .rail { stroke: #9198a1; }
}
</style>
<text class="head" x="66" y="28">rung</text>
<text class="head" x="280" y="28">its question</text>
<text class="head" x="674" y="28">what it takes away</text>
"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_rung_lies_above_the_one_before_it() {
        let rung = |number: &str| Rung {
            number: number.to_owned(),
            name: "A & B".to_owned(),
            question: "Why?".to_owned(),
            takes_away: "work".to_owned(),
            color: 'a',
        };
        let svg = drawn(&[rung("00"), rung("01")]);
        assert!(svg.contains("viewBox=\"0 0 1046 122\""), "{svg}");
        assert!(svg.contains("y=\"63\">01</text>"), "{svg}");
        assert!(svg.contains("y=\"102\">00</text>"), "{svg}");
        assert!(
            svg.contains("00 A &amp; B: Why? It takes away work."),
            "{svg}"
        );
    }
}
