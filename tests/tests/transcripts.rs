//! Each file below `tests/transcripts/` is a test: its commands are run, and what they print is
//! held against the recorded output.

#[macro_use]
mod common;

use libtest_mimic::{Arguments, Failed, Trial};
use tests::repository;
use tests::transcript::{Outcome, Transcript};

fn main() {
    let arguments = Arguments::from_args();
    let base = repository::root().join("tests/transcripts");
    let trials = repository::files(&base, "console").into_iter().map(|path| {
        let name = repository::test_name(&base, &path);
        let name = format!("{name}.console");
        Trial::test(name.clone(), move || {
            let transcript = Transcript::read(&path).map_err(Failed::from)?;
            match transcript.run().map_err(Failed::from)? {
                Outcome::Ran(shown) => hold_against_snapshot!(name, shown),
                Outcome::Skipped(why) => skip(&name, &why)?,
            }
            Ok(())
        })
    });
    libtest_mimic::run(&arguments, trials.collect()).exit();
}

/// A skipped test says so; where everything is installed, skipping is a failure.
fn skip(name: &str, why: &str) -> Result<(), Failed> {
    if std::env::var_os("CI").is_some() {
        return Err(format!("skipped, which CI does not allow: {why}").into());
    }
    eprintln!("skipped: {name}: {why}");
    Ok(())
}
