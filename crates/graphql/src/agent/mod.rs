//! Agents: who works here, and who is invited.

pub mod invitation;
pub mod mutation;
pub mod object;
pub mod query;
