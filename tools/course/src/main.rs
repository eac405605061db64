//! The command behind `cargo course`: where a student is, what is next, and whether it is right.

mod ask;
mod check;
mod course;
mod diff;
mod judging;
mod keys;
mod new;
mod progress;
mod screen;
mod show;
mod submit;
mod update;
mod verify;
mod watch;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use course::Course;

/// Leads you through the exercises of the course
///
/// Alone, it says where you are and what is next. Work like this: `cargo course watch` in one terminal, your editor
/// beside it. Each exercise is a small server in exercises/ that you fix; `cargo course run NN` starts it, so that
/// you can ask it things yourself.
///
/// What you name, an exercise (`04`, `4`) or a task (`04.number`), is what you work on from then on: without a name, all
/// commands mean that one, until it is done, and then the next.
#[derive(Parser)]
#[command(name = "cargo course", bin_name = "cargo course")]
struct Arguments {
    /// The folder of the course [default: the one around this folder, or the one that this tool was built in]
    #[arg(long, global = true, value_name = "FOLDER", hide = true)]
    repository: Option<PathBuf>,

    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// All tasks, and which are done
    List {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// What a task asks for, its points, its page and its files: `show 05`, `show 05.failed`
    ///
    /// Without a name, that of your next task.
    Show {
        /// NN or NN.task
        name: Option<String>,
    },
    /// Judge an exercise or a task: `check`, `check 2`, `check 00.head`, `check 00 01.agent`
    ///
    /// Without a name, the exercise of your next task. Of one, the first test that fails is shown in full; of several,
    /// a line for each task. A task that held before and does not any more is open again, and that is said.
    /// Exit status: 0 when all is right, 1 when not, 2 when it could not be judged.
    Check {
        /// NN or NN.task
        #[arg(value_name = "NAME")]
        names: Vec<String>,
        /// All exercises: this also finds your progress again from your files alone, on another machine, say
        #[arg(long, conflicts_with = "names")]
        all: bool,
        /// As JSON
        #[arg(long)]
        json: bool,
        /// Draw the inputs from this number again
        #[arg(long, value_name = "NUMBER")]
        seed: Option<u32>,
    },
    /// Judge on each save, and go on to the next task when one is done
    ///
    /// Keys: h hint, r judge again, q quit. They are answered while it judges, too.
    Watch {
        /// NN or NN.task
        name: Option<String>,
    },
    /// The next hint for a task; ask again for the one after it
    Hint {
        /// NN or NN.task
        name: Option<String>,
    },
    /// Leave a task or an exercise for later: `skip`, `skip 01`; to name it is to come back to it
    Skip {
        /// NN or NN.task
        name: Option<String>,
    },
    /// Start an exercise's server, to ask it things yourself
    Run {
        /// NN
        name: Option<String>,
    },
    /// What is new from one lesson to another: `diff 04 05`
    Diff {
        /// NN
        from: String,
        /// NN
        to: String,
    },
    /// Put an exercise back to its beginning; your work is kept aside
    Reset {
        /// NN
        name: String,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
    /// The solution of an exercise and why it is so, once you have passed or asked twice
    Solution {
        /// NN or NN.task
        name: Option<String>,
    },
    /// Pack your work into one file to hand in
    ///
    /// It holds the files that you may change and a manifest, and nothing else; it says what is left out. Your
    /// work is built and judged first.
    Submit {
        /// NN: this exercise only
        name: Option<String>,
        /// Where to
        #[arg(long, value_name = "FILE", default_value = "submission.zip")]
        output: PathBuf,
        /// Pack it without building and judging it first
        #[arg(long)]
        unfinished: bool,
    },
    /// Get the newest version of the course, and keep your work and your progress
    Update,
    /// For authors: the skeleton of a lesson, in every room: `new 13-topic`
    ///
    /// It compiles, answers and is judged. What is left for an author to write says TO WRITE.
    New {
        /// NN-topic
        topic: String,
    },
    /// For authors: does every exercise keep its word?
    ///
    /// Every starter compiles and falls short as declared, every solution passes, every wrong submission is caught
    /// by the test that names it, no hint gives a line of the solution away, texts and links are whole.
    Verify {
        /// NN: this exercise only
        name: Option<String>,
        /// How often each submission is judged, with new inputs each time: a judge must not be right by luck
        #[arg(long, default_value_t = 1, value_name = "N")]
        times: usize,
    },
}

/// What went well enough: `Ok(false)` is exit status 1, an error is exit status 2.
type Outcome = Result<bool, String>;

fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(problem) => {
            anstream::eprintln!("{problem}");
            ExitCode::from(2)
        }
    }
}

fn run(arguments: Arguments) -> Outcome {
    let root = arguments.repository.unwrap_or_else(house::root);
    let course = Course::open(&root)?;
    update::finish(&course)?;
    progress::keep_starters(&course)?;
    let Some(command) = arguments.command else {
        return show::here(&course);
    };
    match command {
        Command::List { json } => show::list(&course, json),
        Command::Show { name } => show::named(&course, name.as_deref()),
        Command::Check {
            all: true,
            json,
            seed,
            ..
        } => check::all(&course, json, seed),
        Command::Check {
            names, json, seed, ..
        } => check::run(&course, &names, json, seed),
        Command::Watch { name } => watch::run(&course, name.as_deref()),
        Command::Hint { name } => ask::hint(&course, name.as_deref()),
        Command::Skip { name } => ask::skip(&course, name.as_deref()),
        Command::Run { name } => ask::run(&course, name.as_deref()),
        Command::Diff { from, to } => diff::lessons(&course, &from, &to),
        Command::Reset { name, yes } => ask::reset(&course, &name, yes),
        Command::Solution { name } => ask::solution(&course, name.as_deref()),
        Command::Submit {
            name,
            output,
            unfinished,
        } => submit::run(&course, name.as_deref(), &output, unfinished),
        Command::Update => update::run(&course),
        Command::New { topic } => new::run(&course, &topic),
        Command::Verify { name, times } => verify::run(&course, name.as_deref(), times),
    }
}
