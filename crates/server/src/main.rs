//! The `hilo` program. There is nothing to read here: the command line is `commands/`, the wiring `commands/serve.rs`.

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// Many small values are made on one thread and dropped on another; the system's allocator takes a fifth of our time.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    hilo_server::commands::run()
}
