//! A terminal that gives each key at once, also while something is printed.

/// Keys come one by one, and are not shown, until the value is dropped.
pub struct Keys(platform::Before);

impl Keys {
    pub fn one_by_one() -> Result<Keys, String> {
        let before = platform::one_by_one();
        before
            .map(Keys)
            .map_err(|error| format!("The keys cannot be read: {error}."))
    }

    /// Leaves at once, with all that this command has started: as Ctrl-C does elsewhere.
    pub fn leave(&self) -> ! {
        platform::put_back(&self.0);
        platform::end_all();
        std::process::exit(130)
    }
}

impl Drop for Keys {
    fn drop(&mut self) {
        platform::put_back(&self.0);
    }
}

#[cfg(unix)]
mod platform {
    use std::io;

    use rustix::process::{Signal, kill_current_process_group};
    use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

    pub type Before = Termios;

    /// What is printed is printed as ever: a raw terminal would not begin a line at its left.
    pub fn one_by_one() -> io::Result<Before> {
        let before = tcgetattr(io::stdin())?;
        let mut now = before.clone();
        now.local_modes
            .remove(LocalModes::ICANON | LocalModes::ECHO | LocalModes::ISIG);
        tcsetattr(io::stdin(), OptionalActions::Now, &now)?;
        Ok(before)
    }

    pub fn put_back(before: &Before) {
        let _ = tcsetattr(io::stdin(), OptionalActions::Now, before);
    }

    /// The group is what the terminal's Ctrl-C would end.
    pub fn end_all() {
        let _ = kill_current_process_group(Signal::INT);
    }
}

#[cfg(not(unix))]
mod platform {
    use std::io;

    use crossterm::terminal;

    pub type Before = ();

    pub fn one_by_one() -> io::Result<Before> {
        terminal::enable_raw_mode()
    }

    pub fn put_back((): &Before) {
        let _ = terminal::disable_raw_mode();
    }

    // There is no such group here: a judge that runs comes to its end by itself, in some seconds.
    pub fn end_all() {}
}
