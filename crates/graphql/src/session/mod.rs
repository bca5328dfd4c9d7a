//! Signing in and out, and who is signed in.

pub mod mutation;
pub mod object;
pub mod query;
