//! Draws bars side by side as SVG: a row for each thing, a panel for each figure, in it a bar for
//! each of two series.

use std::fmt::Write;

use crate::svg;

/// What is drawn.
pub struct Bars<'a> {
    /// A few words.
    pub title: &'a str,
    /// A description for those who do not see it.
    pub desc: &'a str,
    /// What the two colours are.
    pub series: [&'a str; 2],
    /// A name for each row.
    pub rows: &'a [String],
    pub panels: &'a [Panel<'a>],
}

/// A figure: its name, and its two values for each row, where there are any.
pub struct Panel<'a> {
    pub name: &'a str,
    pub decimals: usize,
    pub bars: Vec<[Option<f64>; 2]>,
}

const LABELS: f64 = 150.0;
const PANEL: f64 = 185.0;
/// Of a panel, what the longest bar takes. The rest is for its number.
const LONGEST: f64 = 105.0;
const TOP: f64 = 72.0;
const ROW: f64 = 38.0;
const BAR: f64 = 13.0;

const STYLE: &str = "    text { font: 13px system-ui, sans-serif; fill: #1f2328; }
    .head { font-weight: 600; }
    .line { stroke: #d1d9e0; }
    .a { fill: #bc4c00; }
    .b { fill: #0969da; }
    @media (prefers-color-scheme: dark) {
      text { fill: #f0f6fc; }
      .line { stroke: #3d444d; }
      .a { fill: #ffa657; }
      .b { fill: #79c0ff; }
    }";

/// Draws them.
pub fn draw(bars: &Bars) -> String {
    let width = LABELS + PANEL * bars.panels.len() as f64;
    let height = TOP + ROW * bars.rows.len() as f64 + 8.0;
    let mut svg = svg::begin((width, height), bars.title, bars.desc, STYLE);
    for (number, (name, class)) in bars.series.iter().zip(["a", "b"]).enumerate() {
        let x = LABELS + 90.0 * number as f64;
        svg += &rect(class, x, 12.0, BAR);
        svg += &text("", x + BAR + 6.0, 23.0, name);
    }
    for (row, name) in bars.rows.iter().enumerate() {
        let y = TOP + ROW * row as f64;
        let _ = writeln!(
            svg,
            "  <line class=\"line\" x1=\"0\" y1=\"{y}\" x2=\"{width}\" y2=\"{y}\"/>"
        );
        svg += &text("", 4.0, y + 24.0, name);
    }
    for (number, panel) in bars.panels.iter().enumerate() {
        svg += &draw_panel(panel, LABELS + PANEL * number as f64);
    }
    svg + "</svg>\n"
}

fn draw_panel(panel: &Panel, x: f64) -> String {
    let mut svg = text("head", x, TOP - 14.0, panel.name);
    let values = panel.bars.iter().flatten().flatten();
    let most = values.copied().fold(f64::MIN_POSITIVE, f64::max);
    for (row, pair) in panel.bars.iter().enumerate() {
        // A bar without a partner stands in the middle of its row.
        let alone = pair.iter().flatten().count() == 1;
        for (series, value) in pair.iter().enumerate() {
            let Some(value) = value else { continue };
            let place = if alone { 0.5 } else { series as f64 };
            let y = TOP + ROW * row as f64 + 5.0 + place * (BAR + 2.0);
            // What is there at all is seen, be it ever so little.
            let length = (value / most * LONGEST).max(1.0);
            svg += &rect(["a", "b"][series], x, y, length);
            svg += &text(
                "",
                x + length + 5.0,
                y + 11.0,
                &number(*value, panel.decimals),
            );
        }
    }
    svg
}

fn number(value: f64, decimals: usize) -> String {
    match decimals {
        0 => crate::report::thousands(value as u64),
        _ => format!("{value:.decimals$}"),
    }
}

fn rect(class: &str, x: f64, y: f64, width: f64) -> String {
    format!(
        "  <rect class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{BAR}\"/>\n"
    )
}

fn text(class: &str, x: f64, y: f64, words: &str) -> String {
    let class = svg::class(class);
    format!("  <text{class} x=\"{x:.1}\" y=\"{y:.1}\">{words}</text>\n")
}
