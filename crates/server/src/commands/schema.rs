//! `hilo schema`: prints the GraphQL schema. Needs no database.

use std::io::Write;

/// Prints it to standard output.
pub fn run() -> anyhow::Result<()> {
    let sdl = hilo_graphql::sdl();
    std::io::stdout().write_all(sdl.as_bytes())?;
    Ok(())
}
