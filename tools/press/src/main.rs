//! The press with all that it can.

#![forbid(unsafe_code)]

fn main() -> std::process::ExitCode {
    press::command::main()
}
