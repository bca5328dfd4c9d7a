//! Makes sure the folder of the built SPA exists, so that `cargo build` works before the SPA was ever built.

use std::path::Path;

fn main() -> std::io::Result<()> {
    let dist = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../frontend/dist");
    std::fs::create_dir_all(&dist)?;
    // Release builds embed the files: a new SPA is a new program.
    println!("cargo:rerun-if-changed={}", dist.display());
    Ok(())
}
