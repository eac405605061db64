//! The first page: the README, with the ladder of lessons as its map.

use press::{html::escaped, repository::Repository};

use crate::course::Lesson;

/// The drawing that names the rungs.
const LADDER: &str = "slides/pictures/first-ladder.svg";

/// How far a student is, and the way to what is next: where the book is served, `student.js` fills it.
pub(crate) const DOOR: &str =
    "<p class=\"door\" hidden><span class=\"door-sum\"></span> <a href=\"\">Go on</a></p>\n\n";

/// The README as a first page: `text` is its chapter. Where its section with the map stands, stands
/// the ladder, and that comes first.
pub(crate) fn page(repository: &Repository, lessons: &[Lesson], text: &str) -> String {
    let mut parts = text.split("\n## ");
    let mut page = format!(
        "{}\n\n## The map\n\n",
        parts.next().unwrap_or_default().trim_end()
    );
    page.push_str(&ladder(repository, lessons));
    for part in parts.filter(|part| !part.starts_with("The map\n")) {
        page.push_str("\n## ");
        page.push_str(part);
    }
    page
}

/// A rung: number, topic, question, what it takes away.
#[derive(Debug, PartialEq, Eq)]
struct Rung {
    colour: String,
    words: Vec<String>,
}

/// The rungs of the drawing, from top to bottom.
fn rungs(svg: &str) -> Option<Vec<Rung>> {
    let document = roxmltree::Document::parse(svg).ok()?;
    let mut rungs: Vec<Rung> = Vec::new();
    for node in document.root_element().descendants() {
        let class = node.attribute("class").unwrap_or_default();
        match node.tag_name().name() {
            "rect" => {
                if let Some(colour) = class.strip_prefix("rung ") {
                    rungs.push(Rung {
                        colour: colour.to_owned(),
                        words: Vec::new(),
                    });
                }
            }
            "text" => {
                if let (Some(rung), Some(words)) = (rungs.last_mut(), node.text()) {
                    rung.words.push(words.trim().to_owned());
                }
            }
            _ => {}
        }
    }
    let are_whole = rungs.iter().all(|rung| rung.words.len() == 4);
    (!rungs.is_empty() && are_whole).then_some(rungs)
}

fn ladder(repository: &Repository, lessons: &[Lesson]) -> String {
    let svg = repository.read(LADDER).unwrap_or_default();
    let Some(rungs) = rungs(&svg) else {
        return plain(lessons);
    };
    let mut html =
        "Read it from the bottom up: each rung asks a question and takes a burden away.\n\n\
                    <ol class=\"ladder\" reversed>"
            .to_owned();
    for rung in &rungs {
        let [number, name, question, takes] = rung.words.as_slice() else {
            continue;
        };
        let Some(lesson) = lessons.iter().find(|lesson| lesson.number() == number) else {
            continue;
        };
        html.push_str(&format!(
            "<li class=\"rung-{colour}\"><a href=\"notes/{topic}.html\"><span class=\"number\">{number}</span> \
             <span class=\"name\">{name}</span> <span class=\"question\">{question}</span> \
             <span class=\"takes\"><span>takes away </span>{takes}</span></a></li>",
            colour = escaped(&rung.colour),
            topic = lesson.topic,
            name = escaped(name),
            question = escaped(question),
            takes = escaped(takes),
        ));
    }
    html.push_str("</ol>\n\n");
    let is_on_it = |lesson: &Lesson| rungs.iter().any(|rung| rung.words[0] == lesson.number());
    let beyond: Vec<Lesson> = lessons.iter().filter(|l| !is_on_it(l)).cloned().collect();
    if !beyond.is_empty() {
        html.push_str("Beyond it:\n\n");
        html.push_str(&plain(&beyond));
    }
    html
}

fn plain(lessons: &[Lesson]) -> String {
    let line = |lesson: &Lesson| {
        format!(
            "- [{} · {}]({})\n",
            lesson.number(),
            lesson.title,
            lesson.note()
        )
    };
    lessons.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rungs_are_those_of_the_drawing() {
        let svg = "<svg xmlns=\"http://www.w3.org/2000/svg\"><text>head</text><rect class=\"rung d\"/>\
                   <text>10</text><text>Serving</text><text>What?</text><text>trust</text></svg>";
        let words = ["10", "Serving", "What?", "trust"]
            .map(str::to_owned)
            .to_vec();
        let rung = Rung {
            colour: "d".to_owned(),
            words,
        };
        assert_eq!(rungs(svg), Some(vec![rung]));
        assert_eq!(rungs("<svg/>"), None);
        assert_eq!(rungs("no drawing"), None);
    }

    #[test]
    fn the_map_comes_first_and_the_rest_stays() {
        let folder = tempfile::tempdir().expect("room for a folder");
        let repository = Repository::open(folder.path()).expect("it is there");
        let page = page(
            &repository,
            &[],
            "# A\n\nb\n\n## Two commands\n\nc\n\n## The map\n\n| d |\n\n## E\n\nf\n",
        );
        assert_eq!(
            page,
            "# A\n\nb\n\n## The map\n\n\n## Two commands\n\nc\n\n## E\n\nf\n"
        );
    }
}
