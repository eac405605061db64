//! Lesson 08 beside the application in Django that it follows: requests a second, and memory.
//!
//! The Python original is not part of this repository; an option says where it lies.

use std::fs;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use clap::Args;
use tests::build::artifacts;
use tests::server::Server;

use crate::report;
use crate::throughput::rate;

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

const ROUNDS: usize = 5;
/// What is asked for: how many notes the database holds, and the path.
const ASKED: [(usize, &str); 3] = [
    (10, "/"),
    (10, "/api/notes/persist"),
    (100, "/api/notes/persist"),
];
const PATIENCE: Duration = Duration::from_secs(60);

/// Settings of production: the project's own are those of a development server, which would be
/// slower.
const SETTINGS: &str = "from notes.settings import *\nDEBUG = False\nALLOWED_HOSTS = ['127.0.0.1']\nSECRET_KEY = 'a key of fifty characters or more, for this measurement'\n";
/// Makes the database and its notes.
const FILL: &str = "import sys, django\ndjango.setup()\nfrom django.core.management import call_command\ncall_command('migrate', verbosity=0)\nfrom core.models import Note\nfor number in range(int(sys.argv[1])):\n    Note.objects.create(text=f'note {number}', color='khaki')\n";

/// gunicorn and its workers.
struct Gunicorn {
    child: Child,
    address: SocketAddr,
}

impl Drop for Gunicorn {
    fn drop(&mut self) {
        // It ends its workers itself when it is asked; killed, it would leave them behind.
        let _ = Command::new("kill")
            .arg(self.child.id().to_string())
            .status();
        let _ = self.child.wait();
    }
}

/// Measures both by turns.
///
/// # Errors
/// When wrk, the project or its Python is missing, or one of them does not answer.
pub fn measure(options: &Options) -> Result<(), String> {
    let mut columns = Vec::new();
    for notes in [10, 100] {
        let folder = std::env::temp_dir().join(format!("full-stack-{}", std::process::id()));
        fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
        let measured = with(notes, options, &folder);
        let _ = fs::remove_dir_all(&folder);
        columns.extend(measured?);
    }
    write(&columns)
}

/// What one thing that was asked for has shown, for each side.
#[derive(Default)]
struct Column {
    rates: [Vec<f64>; 2],
    /// In KB, after all rounds.
    memory: [u64; 2],
}

/// Starts both, and measures what is asked for with so many notes.
fn with(notes: usize, options: &Options, folder: &Path) -> Result<Vec<Column>, String> {
    let django = start_django(options, folder, notes)?;
    let lesson = start_lesson(folder, notes)?;
    let sides = [
        ("Django", django.address, django.child.id()),
        ("lesson 08", lesson.address(), lesson.pid()),
    ];
    let paths: Vec<&str> = ASKED
        .iter()
        .filter(|asked| asked.0 == notes)
        .map(|asked| asked.1)
        .collect();
    let mut columns: Vec<Column> = paths.iter().map(|_| Column::default()).collect();
    for round in 1..=ROUNDS {
        for (column, path) in columns.iter_mut().zip(&paths) {
            for (rates, (name, address, _)) in column.rates.iter_mut().zip(&sides) {
                let rate = rate(&format!("http://{address}{path}"))?;
                println!("round {round}: {path}, {notes} notes: {name}: {rate:.0} requests/s");
                rates.push(rate);
            }
        }
    }
    for column in &mut columns {
        for (memory, (_, _, pid)) in column.memory.iter_mut().zip(&sides) {
            *memory = memory_of_tree(*pid)?;
        }
    }
    Ok(columns)
}

fn write(columns: &[Column]) -> Result<(), String> {
    let row = |side: usize, name: &str| {
        let mut row = vec![name.to_string()];
        for column in columns {
            let rate = report::median(&column.rates[side]);
            row.push(report::thousands(rate as u64));
        }
        // The last column is the one with the most notes.
        let memory = columns.last().map_or(0, |column| column.memory[side]);
        row.push(format!("{:.1}", memory as f64 / 1024.0));
        row
    };
    let mut times = vec!["lesson 08, times Django".to_string()];
    for column in columns {
        // Each round's ratio by itself: what else the machine did then touched both.
        let [django, lesson] = &column.rates;
        let pairs = lesson.iter().zip(django);
        let ratios: Vec<f64> = pairs.map(|(lesson, django)| lesson / django).collect();
        times.push(format!("{:.1}", report::median(&ratios)));
    }
    let memory = columns.last().map_or([0, 1], |column| column.memory);
    times.push(format!("{:.2}", memory[1] as f64 / memory[0] as f64));
    let remarks = format!(
        "A release build and Django with DEBUG off, each on an SQLite file, asked by wrk with 32 \
         connections on the same machine, in {ROUNDS} rounds by turns: the medians of the rates and of \
         the ratios of each round. Memory is what all processes of a side have together after the rounds \
         with 100 notes (what they share is counted once)."
    );
    let head = [
        "server",
        "`/`, requests/s",
        "`/api/notes/persist`, 10 notes",
        "the same, 100 notes",
        "memory, MB",
    ];
    let rows = [
        row(0, "Django under gunicorn, two workers"),
        row(1, "lesson 08"),
        times,
    ];
    let table = report::table(&head, &rows, &remarks);
    println!("{table}");
    report::write("08-full-stack.md", &table)
}

fn start_django(options: &Options, folder: &Path, notes: usize) -> Result<Gunicorn, String> {
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
    let listener = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr());
    let address = listener.map_err(|error| error.to_string())?;
    let child = python()
        .args(["-m", "gunicorn", "-w", "2", "--log-level", "error"])
        .args(["-b", &address.to_string(), "notes.wsgi"])
        .spawn()
        .map_err(|error| format!("gunicorn: {error}"))?;
    let gunicorn = Gunicorn { child, address };
    let begun = Instant::now();
    while TcpStream::connect(address).is_err() {
        if begun.elapsed() > PATIENCE {
            return Err("gunicorn does not answer.".into());
        }
        thread::sleep(Duration::from_millis(50));
    }
    Ok(gunicorn)
}

fn start_lesson(folder: &Path, notes: usize) -> Result<Server, String> {
    let program = artifacts().executable("lesson-08", None);
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
            return Err(format!("lesson-08 {} fails.", arguments.join(" ")));
        }
    }
    Server::start_command(&mut prepared(&[]))
}

/// The memory of a process and of those that it has started, in KB. Pages that several share are
/// counted once.
fn memory_of_tree(pid: u32) -> Result<u64, String> {
    let read = |path: String| {
        fs::read_to_string(&path).map_err(|_| {
            format!("This system does not tell the memory of a process: there is no {path}, as on Linux.")
        })
    };
    let rollup = read(format!("/proc/{pid}/smaps_rollup"))?;
    let own = rollup.lines().find_map(|line| line.strip_prefix("Pss:"));
    let own = own.and_then(|own| own.trim().trim_end_matches(" kB").parse::<u64>().ok());
    let mut sum = own.ok_or("the memory is not a number")?;
    for child in read(format!("/proc/{pid}/task/{pid}/children"))?.split_whitespace() {
        if let Ok(child) = child.parse() {
            sum += memory_of_tree(child)?;
        }
    }
    Ok(sum)
}
