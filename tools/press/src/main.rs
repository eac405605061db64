//! `cargo sync`.

#![forbid(unsafe_code)]

fn main() -> std::process::ExitCode {
    press::command::main()
}
