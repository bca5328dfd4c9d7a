//! The workspace: what strangers may know of it, and its first set-up.

pub mod mutation;
pub mod object;
pub mod query;
pub mod settings;
