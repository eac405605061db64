//! For people and for spreadsheets.

use crate::verdict::{Status, Verdict};

/// A line for each submission, and the sum.
pub fn table(verdicts: &[Verdict]) -> String {
    let wide = verdicts
        .iter()
        .map(|verdict| verdict.submission.chars().count())
        .max()
        .unwrap_or(0)
        .clamp(10, 40);
    let mut text = String::new();
    for verdict in verdicts {
        let (points, max) = (verdict.points, verdict.max);
        let what = match verdict.status {
            Status::Graded => format!("{points:>6} of {max}"),
            Status::Rejected => "  rejected".to_string(),
            Status::Error => "     error".to_string(),
        };
        let tasks: Vec<String> = verdict
            .tasks
            .iter()
            .map(|task| format!("{} {}/{}", task.id, task.points, task.max))
            .collect();
        let mut rest = vec![tasks.join("  ")];
        rest.extend(verdict.reason.clone());
        rest.extend(verdict.flags.iter().cloned());
        rest.retain(|part| !part.is_empty());
        text += format!(
            "{:<wide$} {what:<14}  {}",
            verdict.submission,
            rest.join(" · ")
        )
        .trim_end();
        text.push('\n');
    }
    let of = |status: Status| {
        verdicts
            .iter()
            .filter(|verdict| verdict.status == status)
            .count()
    };
    text += &format!(
        "{} graded, {} rejected, {} without a verdict\n",
        of(Status::Graded),
        of(Status::Rejected),
        of(Status::Error)
    );
    let mut layers: Vec<&str> = verdicts
        .iter()
        .flat_map(|verdict| &verdict.layers)
        .map(String::as_str)
        .collect();
    layers.sort_unstable();
    layers.dedup();
    for layer in layers {
        text += &format!("  {layer}\n");
    }
    text
}

/// A row for each submission.
pub fn csv(verdicts: &[Verdict]) -> String {
    let mut tasks: Vec<String> = Vec::new();
    for task in verdicts.iter().flat_map(|verdict| &verdict.tasks) {
        if !tasks.contains(&task.id) {
            tasks.push(task.id.clone());
        }
    }
    let mut head = ["submission", "exercise", "status", "points", "max"]
        .map(String::from)
        .to_vec();
    head.extend(tasks.iter().cloned());
    head.extend(["reason", "flags", "seconds"].map(String::from));
    let mut rows = vec![head];
    for verdict in verdicts {
        let status = serde_json::to_value(verdict.status).ok();
        let status = status
            .and_then(|status| Some(status.as_str()?.to_string()))
            .unwrap_or_default();
        let mut row = vec![
            verdict.submission.clone(),
            verdict.exercise.clone(),
            status,
            verdict.points.to_string(),
            verdict.max.to_string(),
        ];
        row.extend(tasks.iter().map(|id| {
            let task = verdict.tasks.iter().find(|task| task.id == *id);
            task.map_or_else(String::new, |task| task.points.to_string())
        }));
        row.extend([
            verdict.reason.clone().unwrap_or_default(),
            verdict.flags.join("; "),
            verdict.seconds.to_string(),
        ]);
        rows.push(row);
    }
    written(&rows)
}

/// Rows of cells.
pub fn written(rows: &[Vec<String>]) -> String {
    rows.iter()
        .map(|row| {
            row.iter()
                .map(|cell| quoted(cell))
                .collect::<Vec<_>>()
                .join(",")
                + "\r\n"
        })
        .collect()
}

/// A cell. What a spreadsheet would compute stays text.
fn quoted(cell: &str) -> String {
    let is_formula =
        cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && cell.parse::<f64>().is_err();
    let cell = if is_formula {
        format!("'{cell}")
    } else {
        cell.to_string()
    };
    match cell.contains([',', '"', '\n', '\r']) {
        true => format!("\"{}\"", cell.replace('"', "\"\"")),
        false => cell,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_text_and_nothing_that_is_computed() {
        assert_eq!(quoted("=1+1"), "'=1+1");
        assert_eq!(quoted("-1.5"), "-1.5");
        assert_eq!(quoted("a \"b\", c"), "\"a \"\"b\"\", c\"");
    }
}
