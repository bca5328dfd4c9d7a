//! The `hilo` program. There is nothing to read here: the command line is `commands/`, the wiring `commands/serve.rs`.

use std::process::ExitCode;

fn main() -> ExitCode {
    hilo_server::commands::run()
}
