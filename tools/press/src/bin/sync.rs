//! The press as `cargo sync` builds it, without the feature `serve`: quickly, and under a name of its own, since
//! decks may be shown by the other one just now.

#![forbid(unsafe_code)]

fn main() -> std::process::ExitCode {
    press::command::main()
}
