//! Colours, which vanish where no terminal is or NO_COLOR is set: `anstream` sees to that.

use anstyle::{AnsiColor, Style};

pub const GOOD: Style = AnsiColor::Green.on_default();
pub const BAD: Style = AnsiColor::Red.on_default();
pub const NEW: Style = AnsiColor::Cyan.on_default();
pub const STRONG: Style = Style::new().bold();
pub const QUIET: Style = Style::new().dimmed();

/// A text in a style.
pub fn styled(style: Style, text: impl AsRef<str>) -> String {
    format!("{style}{}{style:#}", text.as_ref())
}

/// Prints a line. Who reads along may have gone away, which is no error.
macro_rules! say {
    ($($part:tt)*) => {{
        use std::io::Write;
        let _ = writeln!(anstream::stdout(), $($part)*);
    }};
}
pub(crate) use say;

/// `1 task`, `2 tasks`
pub fn count(number: usize, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        _ => format!("{number} {noun}s"),
    }
}
