//! Messages of a chat and the rows between them.

pub mod mutation;
pub mod object;
