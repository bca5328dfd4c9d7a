//! The shape of the source tree: arrows between crates, sizes, first lines, names, where SQL may live, what the docs cite.

mod arrows;
mod citations;
mod tidy;
