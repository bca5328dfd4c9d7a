//! Agents: who works here, and who is invited.

pub mod group;
pub mod invitation;
pub mod mutation;
pub mod object;
pub mod presence;
pub mod query;
pub mod views;
