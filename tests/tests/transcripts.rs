//! Each file below `tests/transcripts/` is a test: its commands are run, and what they print is
//! held against the recorded output.

#[macro_use]
mod common;

use std::collections::BTreeSet;

use house::build;
use libtest_mimic::{Arguments, Failed, Trial};
use recordings::transcript::{Outcome, Transcript};

fn main() {
    let arguments = Arguments::from_args();
    let base = house::root().join("tests/transcripts");
    let mut trials = Vec::new();
    let mut needed = BTreeSet::new();
    for path in house::files::of_kind(&base, "console") {
        let name = format!("{}.console", house::files::test_name(&base, &path));
        let transcript = Transcript::read(&path);
        let filter = arguments.filter.as_deref().unwrap_or_default();
        if let Ok(transcript) = &transcript
            && name.contains(filter)
        {
            let packages = transcript.packages();
            // A tool takes long to compile, and no lesson needs it.
            if filter.is_empty() && packages.iter().any(|name| !name.starts_with("lesson-")) {
                eprintln!("left out: {name} is of a tool (`.ci/run checks` runs it)");
                continue;
            }
            needed.extend(packages);
        }
        trials.push(Trial::test(name.clone(), move || {
            match transcript
                .map_err(Failed::from)?
                .run()
                .map_err(Failed::from)?
            {
                Outcome::Ran(shown) => hold_against_snapshot!(name, shown),
                Outcome::Skipped(why) => house::skip(&name, &why),
            }
            Ok(())
        }));
    }
    // With a filter, its lessons are built, and not every one.
    if arguments.filter.is_some() {
        build::choose(needed);
    }
    libtest_mimic::run(&arguments, trials).exit();
}
