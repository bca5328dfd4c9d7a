//! Messages of a chat and the rows between them.

pub mod attachment;
pub mod changes;
pub mod comment;
pub mod mutation;
pub mod object;
