//! How large the words of a drawing are when it fills a slide.

use roxmltree::{Document, Node};
use simplecss::{AttributeOperator, DeclarationTokenizer, Element, PseudoClass, StyleSheet};

/// The room below a heading of one line, on a slide of 1280 by 720 pixels.
const ROOM: (f64, f64) = (1152.0, 531.0);
/// The smallest type that the last row reads, in pixels of such a slide.
const SMALLEST: f64 = 20.0;
/// What a browser takes when nothing is said.
const MEDIUM: f64 = 16.0;

/// The words that are too small, with their size in pixels of the slide. A drawing that cannot be read has none:
/// `cargo sync --check` says so.
pub(super) fn too_small(svg: &str) -> Option<(String, f64)> {
    let document = Document::parse(svg).ok()?;
    let root = document.root_element();
    let sides: Vec<f64> = root
        .attribute("viewBox")?
        .split([' ', ','])
        .filter_map(|side| side.parse().ok())
        .collect();
    let [_, _, width, height] = *sides.as_slice() else {
        return None;
    };
    let scale = (ROOM.0 / width).min(ROOM.1 / height);
    let mut sheet = StyleSheet::new();
    for style in document
        .descendants()
        .filter(|node| node.has_tag_name("style"))
    {
        sheet.parse_more(style.text().unwrap_or_default());
    }
    let words = document
        .descendants()
        .filter(|node| node.is_text() && !node.text().unwrap_or_default().trim().is_empty());
    let sizes = words.filter_map(|words| {
        let element = words.parent_element().filter(is_shown)?;
        Some((
            words.text()?.trim().to_owned(),
            scale * size(&sheet, element),
        ))
    });
    sizes
        .filter(|(_, size)| *size < SMALLEST)
        .min_by(|one, other| one.1.total_cmp(&other.1))
}

fn is_shown(element: &Node<'_, '_>) -> bool {
    element.has_tag_name("text") || element.has_tag_name("tspan")
}

/// The size of an element's type, in units of the drawing: its own, or that of the element around it.
fn size(sheet: &StyleSheet<'_>, element: Node<'_, '_>) -> f64 {
    let attribute = element.attribute("font-size").and_then(pixels);
    let rules = sheet
        .rules
        .iter()
        .filter(|rule| rule.selector.matches(&Styled(element)));
    let style = DeclarationTokenizer::from(element.attribute("style").unwrap_or_default());
    let declared = rules
        .flat_map(|rule| rule.declarations.clone())
        .chain(style);
    let said = declared.filter_map(|declaration| match declaration.name {
        "font-size" => pixels(declaration.value),
        // `600 24px system-ui, sans-serif`
        "font" => declaration
            .value
            .split_whitespace()
            .find_map(|word| word.strip_suffix("px").and_then(pixels)),
        _ => None,
    });
    match said.last().or(attribute) {
        Some(size) => size,
        None => element
            .parent_element()
            .map_or(MEDIUM, |parent| size(sheet, parent)),
    }
}

fn pixels(value: &str) -> Option<f64> {
    value.trim_end_matches("px").parse().ok()
}

struct Styled<'a, 'input>(Node<'a, 'input>);

impl Element for Styled<'_, '_> {
    fn parent_element(&self) -> Option<Self> {
        self.0.parent_element().map(Styled)
    }

    fn prev_sibling_element(&self) -> Option<Self> {
        self.0.prev_sibling_element().map(Styled)
    }

    fn has_local_name(&self, name: &str) -> bool {
        self.0.tag_name().name() == name
    }

    fn attribute_matches(&self, name: &str, operator: AttributeOperator<'_>) -> bool {
        self.0
            .attribute(name)
            .is_some_and(|value| operator.matches(value))
    }

    fn pseudo_class_matches(&self, class: PseudoClass<'_>) -> bool {
        matches!(class, PseudoClass::FirstChild) && self.0.prev_sibling_element().is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(style: &str, inside: &str) -> Option<(String, f64)> {
        let style =
            format!("{style} @media (prefers-color-scheme: dark) {{ text {{ font-size: 1px }} }}");
        let svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1152 531\" font-size=\"21\"><style>{style}</style>{inside}</svg>"
        );
        too_small(&svg)
    }

    #[test]
    fn the_size_is_that_of_the_nearest_rule() {
        let small = |size| Some(("a".to_owned(), size));
        let text = "<text>a</text>";
        assert_eq!(found("", text), None);
        assert_eq!(
            found("text { font: 600 19px sans-serif; }", text),
            small(19.0)
        );
        assert_eq!(
            found(
                "text { font-size: 19px }",
                "<text style=\"font-size: 20px\">a</text>"
            ),
            None
        );
        let soft = "text { font-size: 22px } .soft { font-size: 18px }";
        assert_eq!(found(soft, text), None, "a rule for nothing");
        let part = "<g font-size=\"12\"><text>b<tspan class=\"soft\">a</tspan></text></g>";
        assert_eq!(found(soft, part), small(18.0));
        assert_eq!(
            found("", "<g font-size=\"12\"><text>a</text></g>"),
            small(12.0)
        );
        assert_eq!(found("", "<text font-size=\"12\"> </text>"), None);
    }
}
