//! The parts of a drawing that a slide shows one after the other.

use roxmltree::Document;

/// How many there are: the highest number behind `step-` in a class. A drawing that cannot be read has none.
pub fn parts(svg: &str) -> usize {
    let Ok(document) = Document::parse(svg) else {
        return 0;
    };
    let classes = document
        .descendants()
        .filter_map(|element| element.attribute("class"));
    let numbers = classes
        .flat_map(str::split_whitespace)
        .filter_map(|class| class.strip_prefix("step-")?.parse().ok());
    numbers.max().unwrap_or_default()
}

/// The drawing as it is at a step: what comes later is not there yet.
pub fn at_step(svg: &str, step: usize) -> String {
    let later: Vec<String> = (step + 1..=parts(svg))
        .map(|number| format!(".step-{number}"))
        .collect();
    match svg.rfind("</svg>") {
        Some(end) if !later.is_empty() => {
            let hidden = later.join(", ");
            let (before, after) = svg.split_at(end);
            format!("{before}<style>{hidden} {{ display: none; }}</style>\n{after}")
        }
        _ => svg.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_there_from_its_step_on() {
        let svg =
            "<svg><g class=\"a step-1\"/><path class=\"step-2\"/><g class=\"stepped\"/></svg>\n";
        assert_eq!(parts(svg), 2);
        assert_eq!(at_step(svg, 2), svg);
        let hidden = "<style>.step-2 { display: none; }</style>\n</svg>\n";
        assert_eq!(at_step(svg, 1), svg.replace("</svg>\n", hidden));
        assert!(at_step(svg, 0).contains("<style>.step-1, .step-2 {"));
        assert_eq!(parts("<svg>"), 0);
    }
}
