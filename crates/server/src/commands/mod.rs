//! The command line: one module a command. Prints one clear line when something is in the way.

use std::process::ExitCode;

/// Runs the command of the command line.
pub fn run() -> ExitCode {
    ExitCode::SUCCESS
}
