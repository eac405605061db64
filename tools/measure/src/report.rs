//! Writes what was measured into `notes/measured/`.

use std::fs;

use crate::machine;

/// Writes a file and says so.
///
/// # Errors
/// When it cannot be written.
pub fn write(name: &str, text: &str) -> Result<(), String> {
    let path = house::root().join("notes/measured").join(name);
    let folder = path.parent().expect("the file lies in a folder");
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(&path, text))
        .map_err(|error| format!("Cannot write {}: {error}.", path.display()))?;
    println!("Written to notes/measured/{name}.");
    Ok(())
}

/// A Markdown table with remarks and the machine below it.
pub fn table(head: &[&str], rows: &[Vec<String>], remarks: &str) -> String {
    format!(
        "{}\n{remarks} {}\n",
        bare_table(head, rows),
        machine::description()
    )
}

/// A Markdown table. All columns but the first are numbers.
pub fn bare_table(head: &[&str], rows: &[Vec<String>]) -> String {
    let mut text = row(head);
    let rules = (0..head.len()).map(|column| if column == 0 { "---" } else { "---:" });
    text.push_str(&row(&rules.collect::<Vec<_>>()));
    for cells in rows {
        text.push_str(&row(&cells.iter().map(String::as_str).collect::<Vec<_>>()));
    }
    text
}

fn row(cells: &[&str]) -> String {
    format!("| {} |\n", cells.join(" | "))
}

/// `12345` as `12,345`.
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The middle one of some numbers.
///
/// # Panics
/// When there are none.
pub fn median(numbers: &[f64]) -> f64 {
    let mut sorted = numbers.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() % 2 {
        0 => (sorted[middle - 1] + sorted[middle]) / 2.0,
        _ => sorted[middle],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart() {
        assert_eq!(thousands(0), "0");
        assert_eq!(thousands(999), "999");
        assert_eq!(thousands(1_000), "1,000");
        assert_eq!(thousands(1_234_567), "1,234,567");
    }

    #[test]
    fn the_median_stands_in_the_middle() {
        assert_eq!(median(&[3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), 2.5);
    }
}
