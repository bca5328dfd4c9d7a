//! The shape of the source tree: arrows between crates, sizes, first lines, names, where SQL may live.

mod arrows;
mod tidy;
