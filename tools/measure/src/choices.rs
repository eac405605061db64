//! What each rung of the ladder costs, beside the Python original where there is one: lines,
//! crates, time to build, size, requests a second, memory.

use std::path::Path;

use crate::bars::{self, Panel};
use crate::{report, wrk};

mod count;
mod original;
mod rungs;
mod server;

use original::Originals;
use rungs::{Rung, rungs};
use server::Running;

/// Short, so that all servers have had their turn in some minutes.
const WRK: [&str; 3] = ["-t1", "-c32", "-d2s"];
const ROUNDS: usize = 3;

/// A row of the table: a lesson, or its original.
struct Row<'a> {
    rung: &'a Rung,
    name: String,
    is_original: bool,
    lines: u64,
    /// Crates or packages that it uses, and theirs.
    packages: u64,
    /// Seconds from an empty target folder.
    build: Option<f64>,
    /// Bytes on the disk.
    size: u64,
    /// For the simplest page and for the greeting, what each round gave.
    rates: [Vec<f64>; 2],
    /// Bytes, at rest and after the load.
    memory: [u64; 2],
}

/// Measures all lessons that there are and, with the folder of the Python originals, these too.
///
/// # Errors
/// When wrk, git or Python are missing, or a server does not start or answers with an error.
pub fn measure(originals: Option<&Path>, builds: bool) -> Result<(), String> {
    // Not only when all is built.
    wrk::find()?;
    let originals = originals.map(Originals::open).transpose()?;
    if originals.is_none() {
        println!("Without --originals PATH the rows of Python are left out.");
    }
    let mut rows = Vec::new();
    let mut servers = Vec::new();
    let rungs = rungs();
    for rung in &rungs {
        servers.push(Running::lesson(rung)?);
        rows.push(lesson(rung)?);
        if let (Some(originals), Some(original)) = (&originals, &rung.original) {
            servers.push(originals.start(original)?);
            rows.push(originals.count(rung, original)?);
        }
    }
    for (row, server) in rows.iter_mut().zip(&servers) {
        server.first_answer(row.rung.page.unwrap_or("/"))?;
        row.memory[0] = server.memory()?;
    }
    let mut failed = 0;
    for round in 1..=ROUNDS {
        for (row, server) in rows.iter_mut().zip(&servers) {
            failed += row.race(server, round)?;
        }
    }
    for (row, server) in rows.iter_mut().zip(&servers) {
        row.memory[1] = server.memory()?;
    }
    // What is built now is built without them in the background.
    drop(servers);
    if builds {
        let copy = crate::start::Copy::of_this()?;
        for row in rows.iter_mut().filter(|row| !row.is_original) {
            row.build = Some(copy.build(&row.rung.package())?);
            let name = row.name.trim_matches('*');
            println!("{name}: {:.1} s", row.build.unwrap_or_default());
        }
    }
    let remarks = remarks(originals.as_ref(), builds, failed);
    let table = report::table(&headings(builds), &cells(&rows, builds), &remarks);
    println!("{table}");
    report::write("11-choices.md", &table)?;
    report::write("11-choices.svg", &plot(&rows))
}

/// What can be said of a lesson without asking it anything.
fn lesson(rung: &Rung) -> Result<Row<'_>, String> {
    let package = rung.package();
    Ok(Row {
        rung,
        name: format!("**{} {}**", rung.number(), rung.name()),
        is_original: false,
        lines: count::lines_of_rust(&rung.folder().join("src"))?,
        packages: count::crates(&package)?,
        build: None,
        size: count::size_of_program(&package)?,
        rates: [Vec::new(), Vec::new()],
        memory: [0, 0],
    })
}

impl Row<'_> {
    /// Lets wrk ask for each of the pages once. Gives how many requests failed.
    fn race(&mut self, server: &Running, round: usize) -> Result<u64, String> {
        let mut failed = 0;
        let pages = [self.rung.page, self.rung.greeting];
        for (page, rates) in pages.into_iter().zip(&mut self.rates) {
            let Some(page) = page else { continue };
            let run = server.wrk(&WRK, page)?;
            let name = self.name.trim_matches('*');
            println!("round {round}: {name}: {page}: {:.0} requests/s", run.rate);
            if run.failed > 0 && !self.is_original {
                return Err(format!("{name}: {} requests of wrk failed.", run.failed));
            }
            failed += run.failed;
            rates.push(run.rate);
        }
        Ok(failed)
    }

    fn rate(&self, which: usize) -> Option<f64> {
        let rates = &self.rates[which];
        (!rates.is_empty()).then(|| report::median(rates))
    }
}

fn headings(builds: bool) -> Vec<&'static str> {
    let mut headings = vec!["", "lines", "crates", "MB on disk"];
    if builds {
        headings.push("build, s");
    }
    headings.extend([
        "simplest page, requests/s",
        "greeting, requests/s",
        "MB at rest",
        "MB after the load",
    ]);
    headings
}

fn cells(rows: &[Row], builds: bool) -> Vec<Vec<String>> {
    let rate = |rate: Option<f64>| rate.map_or("–".into(), |rate| report::thousands(rate as u64));
    let megabytes = |bytes: u64| format!("{:.1}", bytes as f64 / 1e6);
    let row = |row: &Row| {
        let mut cells = vec![
            row.name.clone(),
            report::thousands(row.lines),
            row.packages.to_string(),
            match row.size {
                0 => "–".into(),
                size => megabytes(size),
            },
        ];
        if builds {
            let build = row.build.map(|seconds| format!("{seconds:.1}"));
            cells.push(build.unwrap_or("–".into()));
        }
        cells.extend([rate(row.rate(0)), rate(row.rate(1))]);
        cells.extend(row.memory.map(megabytes));
        cells
    };
    rows.iter().map(row).collect()
}

fn remarks(originals: Option<&Originals>, builds: bool, failed: u64) -> String {
    let mut text = format!(
        "Lines are those with code: no comments, no blank lines, no tests, no templates. Crates are all that \
         the program is made of besides itself. On disk: the release build (in Python: the packages, \
         without Python). Requests by `wrk {}` on the same machine, all servers running, in {ROUNDS} rounds by \
         turns: the medians; lessons 00 to 02 end the connection after each answer. Memory is the proportional set size of all processes of a server, once it has \
         answered one request and after the last round.",
        WRK.join(" ")
    );
    if builds {
        text += " Build: `cargo build` from an empty target folder, crates downloaded already.";
    }
    let Some(originals) = originals else {
        return text + " Python was not measured in this run.";
    };
    text += &format!(
        " The Python programs run under {}, without access log; 10 is `python -m http.server`; all on {}. \
         gunicorn's workers are of its default kind, which ends the connection after each answer, as \
         http.server does.",
        original::SERVERS,
        originals.version()
    );
    if failed > 0 {
        let failed = report::thousands(failed);
        text += &format!(" {failed} requests to Python servers failed or came too late.");
    }
    text
}

/// Bars for what differs most from rung to rung.
fn plot(rows: &[Row]) -> String {
    type Figure = fn(&Row) -> Option<f64>;
    let panels: [(&str, usize, Figure); 4] = [
        ("lines of code", 0, |row| Some(row.lines as f64)),
        ("crates, packages", 0, |row| Some(row.packages as f64)),
        ("requests a second", 0, |row| row.rate(0)),
        ("MB after the load", 1, |row| {
            Some(row.memory[1] as f64 / 1e6)
        }),
    ];
    let lessons: Vec<&Row> = rows.iter().filter(|row| !row.is_original).collect();
    let of_original = |lesson: &Row, figure: Figure| {
        let mut rows = rows.iter().filter(|row| row.is_original);
        let original = rows.find(|row| row.rung.number() == lesson.rung.number());
        original.and_then(figure)
    };
    let panels: Vec<Panel> = panels
        .iter()
        .map(|(name, decimals, figure)| Panel {
            name,
            decimals: *decimals,
            bars: lessons
                .iter()
                .map(|lesson| [figure(lesson), of_original(lesson, *figure)])
                .collect(),
        })
        .collect();
    let names: Vec<String> = lessons
        .iter()
        .map(|row| row.name.trim_matches('*').to_string())
        .collect();
    bars::draw(&bars::Bars {
        title: "What each rung of the ladder costs",
        desc: "Lines of code, number of crates, requests a second for the simplest page, and memory after \
               the load, for each lesson and for its original in Python where that was measured. The \
               table beside the picture has the numbers.",
        series: ["Rust", "Python"],
        rows: &names,
        panels: &panels,
    })
}
