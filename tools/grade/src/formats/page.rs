//! Pages: one for the class, and one for each submission, which its student may read.

use std::collections::BTreeMap;

use super::school::escaped;
use super::{file_name, sentence, summary};
use crate::verdict::{Status, Verdict};

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}table{border-collapse:collapse}th,td{text-align:left;padding:.2rem .8rem .2rem 0;border-bottom:1px solid #8886;vertical-align:top}td.n{text-align:right}pre{overflow-x:auto;background:#8881;padding:.5rem}.bar{display:inline-block;height:.8rem;background:#2a7}@media(prefers-color-scheme:dark){body{background:#111;color:#eee}a{color:#8cf}}";

fn page(title: &str, content: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n<title>{0}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{0}</h1>\n{content}</main>\n</body>\n</html>\n",
        escaped(title)
    )
}

/// What a student reads: nothing of others, and no seed.
pub fn of_student(verdict: &Verdict) -> String {
    let mut content = match verdict.status {
        Status::Graded => format!(
            "<p><strong>{} of {} points</strong></p>\n",
            verdict.points, verdict.max
        ),
        _ => String::new(),
    };
    let words = summary(verdict);
    if !words.is_empty() {
        content += &format!("<p>{}</p>\n", escaped(&words));
    }
    if !verdict.left_out.is_empty() {
        content += "<h2>Not used</h2>\n<ul>\n";
        for file in &verdict.left_out {
            content += &format!(
                "<li><code>{}</code>: {}</li>\n",
                escaped(&file.path),
                escaped(&file.reason)
            );
        }
        content += "</ul>\n";
    }
    // The compiler says the same of every test.
    let same = verdict
        .reason
        .as_ref()
        .and(verdict.tasks.first())
        .and_then(|task| task.tests.first());
    if let Some(test) = same.filter(|test| !test.message.is_empty()) {
        content += &format!("<pre>{}</pre>\n", escaped(&test.message));
    }
    for task in &verdict.tasks {
        content += &format!(
            "<h2>{}: {} of {}</h2>\n<ul>\n",
            escaped(&task.title),
            task.points,
            task.max
        );
        for test in &task.tests {
            let (mark, word) = if test.passed {
                ("✓", "holds")
            } else {
                ("✗", "does not hold")
            };
            content += &format!(
                "<li><span title=\"{word}\">{mark}</span> {}",
                escaped(&sentence(&test.name))
            );
            if !test.passed && same.is_none() {
                content += &format!("\n<pre>{}</pre>", escaped(&test.message));
            }
            content += "</li>\n";
        }
        content += "</ul>\n";
    }
    page(
        &format!("Exercise {}: {}", verdict.exercise, verdict.submission),
        &content,
    )
}

/// What the grader reads: all in a table, how the points lie, what was hardest.
pub fn of_class(verdicts: &[Verdict]) -> String {
    let graded: Vec<&Verdict> = verdicts
        .iter()
        .filter(|verdict| verdict.status == Status::Graded)
        .collect();
    let mut content = format!(
        "<p>{} submissions, {} graded.</p>\n",
        verdicts.len(),
        graded.len()
    );
    content += "<h2>How the points are distributed</h2>\n<table>\n<tr><th scope=\"col\">of all points</th><th scope=\"col\">submissions</th></tr>\n";
    let mut tenths = [0_usize; 11];
    for verdict in graded.iter().filter(|verdict| verdict.max > 0.0) {
        tenths[((verdict.points / verdict.max * 10.0) as usize).min(10)] += 1;
    }
    for (at, count) in tenths.iter().enumerate() {
        let range = if at == 10 {
            "100 %".to_string()
        } else {
            format!("{} to {} %", at * 10, at * 10 + 9)
        };
        let width = count * 20 / graded.len().max(1);
        content += &format!(
            "<tr><td>{range}</td><td><span class=\"bar\" style=\"width:{width}rem\"></span> {count}</td></tr>\n"
        );
    }
    content += "</table>\n<h2>Tasks, the hardest first</h2>\n<table>\n<tr><th scope=\"col\">task</th><th scope=\"col\">points, of 100</th></tr>\n";
    let mut tasks: BTreeMap<(String, String), (f64, f64)> = BTreeMap::new();
    let mut sentences: BTreeMap<String, usize> = BTreeMap::new();
    for verdict in &graded {
        for task in &verdict.tasks {
            let sum = tasks
                .entry((verdict.exercise.clone(), task.title.clone()))
                .or_default();
            (sum.0, sum.1) = (sum.0 + task.points, sum.1 + task.max);
            let failed = task
                .tests
                .iter()
                .filter(|test| !test.passed && verdict.reason.is_none());
            for line in failed.filter_map(|test| test.message.lines().next()) {
                *sentences.entry(line.to_string()).or_default() += 1;
            }
        }
    }
    let mut tasks: Vec<(String, f64)> = tasks
        .into_iter()
        .map(|((exercise, title), (points, max))| {
            (
                format!("{exercise}: {title}"),
                points / max.max(1.0) * 100.0,
            )
        })
        .collect();
    tasks.sort_by(|one, other| one.1.total_cmp(&other.1));
    for (title, share) in tasks {
        content += &format!(
            "<tr><td>{}</td><td class=\"n\">{share:.0}</td></tr>\n",
            escaped(&title)
        );
    }
    content += "</table>\n<h2>What was said most often</h2>\n<ol>\n";
    let mut sentences: Vec<(String, usize)> = sentences.into_iter().collect();
    sentences.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    for (line, count) in sentences.iter().take(10) {
        content += &format!("<li>{} ({count})</li>\n", escaped(line));
    }
    content += "</ol>\n<h2>All</h2>\n<table>\n<tr><th scope=\"col\">submission</th><th scope=\"col\">points</th><th scope=\"col\">remarks</th></tr>\n";
    for verdict in verdicts {
        let points = match verdict.status {
            Status::Graded => format!("{} of {}", verdict.points, verdict.max),
            Status::Rejected => "rejected".into(),
            Status::Error => "error".into(),
        };
        let remarks: Vec<String> = verdict
            .reason
            .iter()
            .chain(&verdict.flags)
            .map(|remark| escaped(remark))
            .collect();
        content += &format!(
            "<tr><td><a href=\"{}.html\">{}</a></td><td class=\"n\">{points}</td><td>{}</td></tr>\n",
            file_name(&verdict.submission),
            escaped(&verdict.submission),
            remarks.join("<br>")
        );
    }
    page("Submissions", &(content + "</table>\n"))
}
