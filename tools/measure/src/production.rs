//! Lesson 12 beside the application in Django that it follows: requests a second, and memory.
//!
//! The Python original is not part of this repository; an option says where it lies.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use clap::Args;
use house::build::artifacts;
use house::files::temporary;
use house::start::free_address;

use crate::running::Running;
use crate::wrk::{self, CALLED, ROUNDS, Run};
use crate::{machine, report};

/// Where the other side is.
#[derive(Args)]
pub struct Options {
    /// The folder of the Django project: the one with `manage.py`
    #[arg(long)]
    django: PathBuf,
    /// A Python that has Django and gunicorn
    #[arg(long)]
    python: PathBuf,
}

/// What is asked for: how many notes the database holds, and the path.
const ASKED: [(usize, &str); 3] = [
    (10, "/"),
    (10, "/api/notes/persist"),
    (100, "/api/notes/persist"),
];

/// Settings of production: the project's own are those of a development server, which would be
/// slower.
const SETTINGS: &str = "from notes.settings import *\nDEBUG = False\nALLOWED_HOSTS = ['127.0.0.1']\nSECRET_KEY = 'a key of fifty characters or more, for this measurement'\n";
/// Makes the database and its notes.
const FILL: &str = "import sys, django\ndjango.setup()\nfrom django.core.management import call_command\ncall_command('migrate', verbosity=0)\nfrom core.models import Note\nfor number in range(int(sys.argv[1])):\n    Note.objects.create(text=f'note {number}', color='khaki')\n";

/// Measures both by turns.
///
/// # Errors
/// When wrk, the project or its Python is missing, or one of them does not answer.
pub fn measure(options: &Options) -> Result<(), String> {
    let mut columns = Vec::new();
    for notes in [10, 100] {
        let folder = temporary("production-")?;
        columns.extend(with(notes, options, folder.path())?);
    }
    write(&columns)
}

/// What one thing that was asked for has shown, for each side.
#[derive(Default)]
struct Column {
    runs: [Vec<Run>; 2],
    /// In bytes, after all rounds.
    memory: [u64; 2],
}

/// Starts both, and measures what is asked for with so many notes.
fn with(notes: usize, options: &Options, folder: &Path) -> Result<Vec<Column>, String> {
    let sides = [
        start_django(options, folder, notes)?,
        start_lesson(folder, notes)?,
    ];
    let paths: Vec<&str> = ASKED
        .iter()
        .filter(|asked| asked.0 == notes)
        .map(|asked| asked.1)
        .collect();
    let mut columns: Vec<Column> = paths.iter().map(|_| Column::default()).collect();
    for round in 1..=ROUNDS {
        for (column, path) in columns.iter_mut().zip(&paths) {
            for (runs, side) in column.runs.iter_mut().zip(&sides) {
                let run = wrk::run(side.pid(), &side.url(path), &[], false)?;
                println!(
                    "round {round}: {path}, {notes} notes: {}: {:.0} requests/s, {:.1} us each",
                    side.name, run.rate, run.cost
                );
                runs.push(run);
            }
        }
    }
    for column in &mut columns {
        for (memory, side) in column.memory.iter_mut().zip(&sides) {
            *memory = machine::memory_of_family(side.pid())?;
        }
    }
    Ok(columns)
}

fn write(columns: &[Column]) -> Result<(), String> {
    let names = ["Django under gunicorn, two workers", "lesson 12"];
    // The last column is the one with the most notes.
    let memory = columns.last().map_or([0, 1], |column| column.memory);
    let mut rates = Vec::new();
    let mut costs = Vec::new();
    for (side, name) in names.iter().enumerate() {
        let cells = |shown: fn(&[Run]) -> String| {
            let cells = columns.iter().map(move |column| shown(&column.runs[side]));
            [name.to_string()].into_iter().chain(cells)
        };
        let rate = |runs: &[Run]| report::thousands(wrk::median(runs, |run| run.rate) as u64);
        let memory = format!("{:.1}", memory[side] as f64 / 1024.0 / 1024.0);
        rates.push(cells(rate).chain([memory]).collect());
        let cost = |runs: &[Run]| format!("{:.0}", wrk::median(runs, |run| run.cost));
        costs.push(cells(cost).collect());
    }
    let times = |ratio: fn(&Column) -> f64| {
        let cells = columns
            .iter()
            .map(move |column| format!("{:.1}", ratio(column)));
        ["lesson 12, times Django".to_string()]
            .into_iter()
            .chain(cells)
    };
    let rate = |column: &Column| wrk::ratio(&column.runs[1], &column.runs[0], |run| run.rate);
    let share = format!("{:.2}", memory[1] as f64 / memory[0] as f64);
    rates.push(times(rate).chain([share]).collect());
    let cost = |column: &Column| wrk::ratio(&column.runs[0], &column.runs[1], |run| run.cost);
    costs.push(times(cost).collect());

    let asked = [
        "`/`",
        "`/api/notes/persist`, 10 notes",
        "the same, 100 notes",
    ];
    let rates = report::bare_table(
        &[&["requests a second"], &asked[..], &["memory, MB"]].concat(),
        &rates,
    );
    let remarks = format!(
        "A release build and Django with DEBUG off, each on an SQLite file, asked by `{CALLED}` \
         on the same machine, in {ROUNDS} rounds by turns: the medians of the rates, of the processor times, \
         and of the ratios of each round. Memory is what all processes of a side have together after the rounds \
         with 100 notes (what they share is counted once)."
    );
    let head = [
        &["processor time of the server for a request, in µs"],
        &asked[..],
    ]
    .concat();
    let costs = report::table(&head, &costs, &remarks);
    let text = format!(
        "{rates}\nwrk takes a share of the two processors, and a larger one the faster it is answered, so here is the processor time, too:\n\n{costs}"
    );
    println!("{text}");
    report::write("12-production.md", &text)
}

fn start_django(options: &Options, folder: &Path, notes: usize) -> Result<Running, String> {
    for path in [&options.django.join("manage.py"), &options.python] {
        if !path.exists() {
            return Err(format!("There is no {}.", path.display()));
        }
    }
    let settings = folder.join("measured_settings.py");
    fs::write(settings, SETTINGS).map_err(|error| error.to_string())?;
    let python = || {
        let mut python = Command::new(&options.python);
        python
            .current_dir(&options.django)
            .env("DJANGO_SETTINGS_MODULE", "measured_settings")
            .env("DJANGO_DB", folder.join("django.sqlite3"))
            .env(
                "PYTHONPATH",
                format!("{}:{}", folder.display(), options.django.display()),
            )
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .stdin(Stdio::null());
        python
    };
    let filled = python().args(["-c", FILL, &notes.to_string()]).status();
    if !filled.is_ok_and(|status| status.success()) {
        return Err("Django cannot make its database.".into());
    }
    let address = free_address()?;
    let mut gunicorn = python();
    gunicorn
        .args(["-m", "gunicorn", "-w", "2", "--log-level", "error"])
        .args(["-b", &address.to_string(), "notes.wsgi"]);
    Running::at(address, "Django", &mut gunicorn)
}

fn start_lesson(folder: &Path, notes: usize) -> Result<Running, String> {
    let program = artifacts().executable("lesson-12", None);
    let notes: Vec<String> = (0..notes)
        .map(|number| {
            format!(
                r#"{{"model":"notes","fields":{{"id":{},"owner_id":null,"text":"note {number}","color":"khaki","link":"","created_at":1,"updated_at":1}}}}"#,
                number + 1
            )
        })
        .collect();
    let dump = folder.join("notes.json");
    fs::write(&dump, format!("[{}]", notes.join(","))).map_err(|error| error.to_string())?;
    let prepared = |arguments: &[&str]| {
        let mut command = Command::new(program);
        command
            .current_dir(folder)
            .args(arguments)
            .env("DEBUG", "0")
            .env(
                "SECRET_KEY",
                "a key of fifty characters or more, for this measurement",
            )
            .env("ALLOWED_HOSTS", "127.0.0.1")
            .env("DATABASE_URL", "sqlite:lesson.sqlite3");
        command
    };
    for arguments in [&["migrate"][..], &["loaddata", "notes.json"]] {
        let done = prepared(arguments).stdout(Stdio::null()).status();
        if !done.is_ok_and(|status| status.success()) {
            return Err(format!("lesson-12 {} fails.", arguments.join(" ")));
        }
    }
    Running::ours("lesson 12", &mut prepared(&[]))
}
