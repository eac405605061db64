//! What tools compare that look for copies: [Dolos] and [JPlag].
//!
//! Below `dolos/NN/`, `submissions/` has a folder for each submission, and one for the solution, with the sources
//! that differ from the starter's; `info.csv` lists them for Dolos; `starter/` is JPlag's base code.
//!
//! [Dolos]: https://dolos.ugent.be/docs/adding-metadata.html
//! [JPlag]: https://github.com/jplag/JPlag

use std::collections::BTreeMap;
use std::path::Path;

use crate::course::Pristine;
use crate::formats::{file_name, rows};
use crate::grade::Intake;
use crate::intake::Submission;
use crate::work::write_whole;

type Files = BTreeMap<String, Vec<u8>>;

/// Writes the sources of all that can be judged, one after the other.
pub fn write(intake: &Intake, submissions: &[Submission], out: &Path) -> Result<(), String> {
    let mut lists: BTreeMap<String, Vec<Vec<String>>> = BTreeMap::new();
    let mut add = |pristine: &Pristine, name: &str, label: &str, files: &Files| {
        let folder = out.join("dolos").join(&pristine.number);
        let list = lists.entry(pristine.number.clone()).or_insert_with(|| {
            let head = ["filename", "full_name", "label"];
            vec![head.map(String::from).to_vec()]
        });
        for (file, bytes) in files {
            if file.ends_with(".rs") && pristine.files.get(file) != Some(bytes) {
                let path = format!("submissions/{}/{file}", file_name(name));
                write_whole(&folder.join(&path), bytes)?;
                list.push(vec![path, name.to_string(), label.to_string()]);
            }
        }
        Ok::<_, String>(())
    };
    let mut seen = Vec::new();
    for submission in submissions {
        let Ok(job) = intake.take(submission) else {
            continue;
        };
        let pristine = intake.workshop.course.find(&job.exercise)?;
        if !seen.contains(&job.exercise) {
            seen.push(job.exercise.clone());
            add(pristine, "the-solution", "course", &pristine.solution)?;
            let folder = out.join("dolos").join(&pristine.number).join("starter");
            for (file, bytes) in pristine.starter().filter(|(file, _)| file.ends_with(".rs")) {
                write_whole(&folder.join(file), bytes)?;
            }
        }
        add(pristine, &job.verdict.submission, "", &job.taken.files)?;
    }
    for (number, list) in &lists {
        let file = out.join("dolos").join(number).join("info.csv");
        write_whole(&file, rows(list).as_bytes())?;
    }
    Ok(())
}
