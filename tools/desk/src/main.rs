//! `cargo slides`.

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};
use desk::{export, live, server};
use press::{command::check_slides, program};

/// Show the decks
#[derive(Parser)]
#[command(
    name = "cargo slides",
    bin_name = "cargo slides",
    args_conflicts_with_subcommands = true
)]
struct Arguments {
    /// The folder of the repository [default: the one around this folder, or the one that this tool was built in]
    #[arg(long, global = true, value_name = "FOLDER")]
    repository: Option<PathBuf>,

    /// The deck: 05, first, last
    #[arg(value_name = "NN")]
    deck: Option<String>,

    /// Open the browser, too
    #[arg(long)]
    open: bool,

    /// Let browsers in the room's network follow the slides, at an address with a code (the key a shows it)
    #[arg(long)]
    share: bool,

    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Say for each deck how many slides, minutes and questions it has, and what is wrong with it
    Check {
        /// The deck: 05, first, last [default: all]
        #[arg(value_name = "NN")]
        deck: Option<String>,
    },
    /// Write each deck as one HTML file that needs no server and no network, and as a PDF
    Export {
        /// The deck: 05, first, last [default: all]
        #[arg(value_name = "NN")]
        deck: Option<String>,

        /// Where the files go [default: target/slides]
        #[arg(long, value_name = "FOLDER")]
        out: Option<PathBuf>,

        /// Print a tagged PDF, too, one slide per page. Chromium prints it: on the PATH, or named by CHROMIUM
        #[arg(long)]
        pdf: bool,

        /// Print another PDF with the notes below each slide
        #[arg(long, requires = "pdf")]
        notes: bool,

        /// Print another PDF with four slides a page
        #[arg(long, requires = "pdf")]
        handout: bool,
    },
}

fn main() -> ExitCode {
    if let Some(status) = live::kept() {
        return status;
    }
    let arguments = Arguments::parse();
    let serves = !matches!(arguments.command, Some(Command::Check { .. }));
    program::ended(run(&arguments), serves)
}

/// Does what the arguments say; the answer is whether all is well.
fn run(arguments: &Arguments) -> Result<bool, String> {
    let repository = program::repository(arguments.repository.as_deref())?;
    match &arguments.command {
        None => {
            let deck = arguments.deck.as_deref();
            server::run(repository, deck, arguments.open, arguments.share).map(|()| true)
        }
        Some(Command::Check { deck }) => check_slides(&repository, deck.as_deref()),
        Some(Command::Export {
            deck,
            out,
            pdf,
            notes,
            handout,
        }) => {
            let wishes = export::Wishes {
                deck: deck.as_deref(),
                out: out.as_deref(),
                pdf: *pdf,
                notes: *notes,
                handout: *handout,
            };
            export::run(&repository, &wishes).map(|()| true)
        }
    }
}
