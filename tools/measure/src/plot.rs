//! Draws a line plot as SVG.

use crate::report::thousands;
use crate::svg;

/// A plot: what it shows, its axes, its lines.
pub struct Plot<'a> {
    /// A few words.
    pub title: &'a str,
    /// A description for those who do not see it.
    pub desc: &'a str,
    /// What the horizontal axis counts.
    pub across: &'a str,
    /// What the vertical axis counts.
    pub up: &'a str,
    /// What stands behind the number at a line's end.
    pub unit: &'a str,
    /// At most two lines: more than these have no colour of their own.
    pub lines: &'a [Line<'a>],
}

/// A line: its name, and its points from left to right.
pub struct Line<'a> {
    /// The words at its end.
    pub name: &'a str,
    /// The points, in the units of the axes.
    pub points: Vec<(f64, f64)>,
}

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 400.0;
const LEFT: f64 = 64.0;
const RIGHT: f64 = 200.0;
const TOP: f64 = 48.0;
const BOTTOM: f64 = 64.0;

const STYLE: &str = "    text { font: 16px system-ui, sans-serif; fill: #1f2328; }
    .axis { stroke: #59636e; }
    .grid { stroke: #d1d9e0; }
    .line { fill: none; stroke-width: 2.5; }
    .a { stroke: #bc4c00; }
    .b { stroke: #0969da; }
    circle { stroke: none; }
    circle.a, text.a { stroke: none; fill: #bc4c00; }
    circle.b, text.b { stroke: none; fill: #0969da; }
    @media (prefers-color-scheme: dark) {
      text { fill: #f0f6fc; }
      .axis { stroke: #9198a1; }
      .grid { stroke: #3d444d; }
      .a { stroke: #ffa657; }
      .b { stroke: #79c0ff; }
      circle.a, text.a { fill: #ffa657; }
      circle.b, text.b { fill: #79c0ff; }
    }";

/// So far apart stand the numbers below the marks, at least.
const CLOSE: f64 = 40.0;

/// Draws it.
pub fn draw(plot: &Plot) -> String {
    let points = || plot.lines.iter().flat_map(|line| &line.points);
    let right = points().map(|point| point.0).fold(1.0, f64::max);
    let (top, step) = scale(points().map(|point| point.1).fold(0.0, f64::max));
    let x = |value: f64| LEFT + value / right * (WIDTH - LEFT - RIGHT);
    let y = |value: f64| HEIGHT - BOTTOM - value / top * (HEIGHT - TOP - BOTTOM);

    let mut svg = svg::begin((WIDTH, HEIGHT), plot.title, plot.desc, STYLE);
    let mut tick = 0.0;
    while tick <= top {
        let kind = if tick == 0.0 { "axis" } else { "grid" };
        svg += &line(kind, (x(0.0), y(tick)), (x(right), y(tick)));
        svg += &text("end", (x(0.0) - 8.0, y(tick) + 5.0), "", &format!("{tick}"));
        tick += step;
    }
    let mut marks: Vec<f64> = points().map(|point| point.0).collect();
    marks.sort_by(f64::total_cmp);
    marks.dedup();
    // From the right: a number that would stand on its neighbour's is left out.
    let mut free = f64::INFINITY;
    for mark in marks.into_iter().rev() {
        svg += &line("axis", (x(mark), y(0.0)), (x(mark), y(0.0) + 6.0));
        if x(mark) + CLOSE <= free {
            free = x(mark);
            let place = (x(mark), y(0.0) + 24.0);
            svg += &text("middle", place, "", &thousands(mark as u64));
        }
    }
    let middle = (x(0.0) + x(right)) / 2.0;
    svg += &text("middle", (middle, HEIGHT - 12.0), "", plot.across);
    svg += &text("start", (16.0, 24.0), "", plot.up);

    for (number, this) in plot.lines.iter().enumerate() {
        let class = if number == 0 { "a" } else { "b" };
        let places: Vec<_> = this.points.iter().map(|at| (x(at.0), y(at.1))).collect();
        let path: Vec<String> = places
            .iter()
            .map(|(x, y)| format!("{x:.1},{y:.1}"))
            .collect();
        svg += &format!(
            "  <polyline class=\"line {class}\" points=\"{}\"/>\n",
            path.join(" ")
        );
        for (x, y) in &places {
            svg += &format!("  <circle class=\"{class}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\"/>\n");
        }
        if let (Some((x, y)), Some((_, value))) = (places.last(), this.points.last()) {
            svg += &text("start", (x + 12.0, y - 2.0), class, this.name);
            svg += &text(
                "start",
                (x + 12.0, y + 16.0),
                class,
                &format!("{value:.0} {}", plot.unit),
            );
        }
    }
    svg + "</svg>\n"
}

/// The end of an axis that reaches to `most`, and the step between its marks.
fn scale(most: f64) -> (f64, f64) {
    let magnitude = 10_f64.powf(most.max(1.0).log10().floor());
    let step = [0.2, 0.25, 0.5, 1.0, 2.0]
        .map(|part| part * magnitude)
        .into_iter()
        .find(|step| most / step <= 6.0)
        .unwrap_or(2.0 * magnitude);
    ((most / step).ceil().max(1.0) * step, step)
}

fn line(class: &str, from: (f64, f64), to: (f64, f64)) -> String {
    let ((x1, y1), (x2, y2)) = (from, to);
    format!(
        "  <line class=\"{class}\" x1=\"{x1:.1}\" y1=\"{y1:.1}\" x2=\"{x2:.1}\" y2=\"{y2:.1}\"/>\n"
    )
}

fn text(anchor: &str, at: (f64, f64), class: &str, words: &str) -> String {
    let class = svg::class(class);
    let (x, y) = at;
    format!("  <text{class} x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{words}</text>\n")
}
