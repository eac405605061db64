//! `cargo sync`.

fn main() -> std::process::ExitCode {
    press::command::main()
}
