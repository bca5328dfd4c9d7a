//! Before compiling: registers the GraphQL schema for cynic.

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=../../schema.graphql");
    cynic_codegen::register_schema("hilo")
        .from_sdl_file("../../schema.graphql")?
        .as_default()?;
    Ok(())
}
